package bot_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/models"
)

// byHand makes an ordinary group without a way in.
func (b *bench) byHand(t *testing.T, name string) models.Group {
	t.Helper()
	g := models.Group{Name: name, Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Capacity: 500}
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(b.community).InsertGroup(&g) }))
	return g
}

// organiser makes an account of the team.
func (b *bench) organiser(t *testing.T, name string) models.Account {
	t.Helper()
	a := models.Account{Role: models.Organiser, Login: name + b.community.String(), Name: name, PasswordHash: []byte("x")}
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(b.community).InsertAccount(&a) }))
	return a
}

// handed plans a post into a group and has it handed over.
func (b *bench) handed(t *testing.T, group models.GroupID) (models.Placement, models.Task) {
	t.Helper()
	p := b.reserve(t, group)
	b.settle(t, 10*time.Second)
	task, err := b.store.Read(t.Context()).In(b.community).TaskOf(p.ID)
	must(t, err)
	if task.State != models.TaskOpen {
		t.Fatalf("the task is %s", task.State)
	}
	return b.placement(t, p.ID), task
}

// TestWords: what the owner of an ordinary group says is booked as it happened, whenever and in whatever order she says it.
func TestWords(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		who := b.organiser(t, "lan")
		confirm := func(task models.Task, at models.Millis) (bot.TaskView, error) {
			return b.bot.ConfirmTask(t.Context(), b.community, task.ID, bot.Word{By: who.ID, At: at})
		}
		skip := func(task models.Task) (bot.TaskView, error) {
			return b.bot.SkipTask(t.Context(), b.community, task.ID, bot.Word{By: who.ID, Note: "no_time"})
		}
		for name, do := range map[string]func(t *testing.T, p models.Placement, task models.Task){
			"in time, told later": func(t *testing.T, p models.Placement, task models.Task) {
				posted := models.MillisOf(clock.Now().Add(2 * time.Minute))
				clock.Advance(time.Hour)
				v, err := confirm(task, posted)
				must(t, err)
				if v.SentAt != posted || v.Proof != models.ProofOwner || v.DoneBy != who.ID || b.placement(t, p.ID).State != models.PlacementConfirmed {
					t.Errorf("got %+v", v)
				}
				if again, err := confirm(task, posted.Add(time.Minute)); err != nil || again.SentAt != posted {
					t.Errorf("said again with another time: %+v, %v", again, err)
				}
				if _, err := skip(task); models.CodeOf(err) != "task_done" {
					t.Errorf("given back after it was posted: %v", err)
				}
			},
			"before it could be, or in the future": func(t *testing.T, p models.Placement, task models.Task) {
				for _, at := range []models.Millis{task.OpenedAt.Add(-time.Hour), models.MillisOf(clock.Now()).Add(time.Hour)} {
					if _, err := confirm(task, at); models.CodeOf(err) != "posted_at_outside" {
						t.Errorf("got %v", err)
					}
				}
				if got := b.placement(t, p.ID); got.State != models.PlacementTasked {
					t.Errorf("it is %s", got.State)
				}
				_, err := skip(task)
				must(t, err)
			},
			"after the interval, posted within it": func(t *testing.T, p models.Placement, task models.Task) {
				posted := p.E.Add(-time.Minute)
				clock.Set(p.E.Time())
				b.settle(t, time.Minute)
				if got := b.placement(t, p.ID); got.State != models.PlacementReleased || got.Reason != "owner_silent" {
					t.Fatalf("it is %s because of %q", got.State, got.Reason)
				}
				_, err := confirm(task, posted)
				must(t, err)
				if got := b.placement(t, p.ID); got.State != models.PlacementLate || got.SentAt != posted {
					t.Errorf("it is %s at %d, want late at %d", got.State, got.SentAt, posted)
				}
			},
			"given back, and posted all the same": func(t *testing.T, p models.Placement, task models.Task) {
				for range 2 {
					v, err := skip(task)
					must(t, err)
					if v.State != models.TaskCancelled || v.Why != "owner_cannot" || b.placement(t, p.ID).State != models.PlacementReleased {
						t.Fatalf("got %+v", v)
					}
				}
				v, err := confirm(task, 0)
				must(t, err)
				if v.State != models.TaskDone || b.placement(t, p.ID).State != models.PlacementLate {
					t.Errorf("got %+v", v)
				}
			},
			"both at once": func(t *testing.T, p models.Placement, task models.Task) {
				var wg sync.WaitGroup
				for i := range 6 {
					wg.Go(func() {
						var err error
						if i%2 == 0 {
							_, err = confirm(task, 0)
						} else {
							_, err = skip(task)
						}
						if err != nil && models.CodeOf(err) != "task_done" {
							t.Error(err)
						}
					})
				}
				wg.Wait()
				got, err := s.Read(t.Context()).In(b.community).Task(task.ID)
				must(t, err)
				if state := b.placement(t, p.ID).State; got.State != models.TaskDone || (state != models.PlacementConfirmed && state != models.PlacementLate) {
					t.Errorf("the task is %s, the placement %s", got.State, state)
				}
			},
		} {
			t.Run(name, func(t *testing.T) {
				p, task := b.handed(t, b.byHand(t, name).ID)
				do(t, p, task)
			})
		}
	})
}

// TestTaskLinks: a link opens one task as one of the team, for as long as that is of use.
func TestTaskLinks(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	who, g := b.organiser(t, "lan"), b.byHand(t, "二群")
	p, task := b.handed(t, g.ID)
	token := b.bot.TaskURL(task, who.ID)[strings.LastIndex(b.bot.TaskURL(task, who.ID), "/")+1:]
	page, err := b.bot.OpenTask(t.Context(), token)
	must(t, err)
	if page.GroupName != "二群" || page.Account.ID != who.ID || page.CardPath != "pages/offer/index?p="+p.Code ||
		!strings.HasPrefix(page.Link, "https://wxaurl.cn/") || !strings.HasSuffix(page.Link, "?cq=p%3D"+p.Code) {
		t.Errorf("got %+v", page)
	}
	other := []byte(token)
	other[5] ^= 1
	for _, bad := range []string{"", "x", string(other), token + "A", token[:len(token)-2]} {
		if _, err := b.bot.OpenTask(t.Context(), bad); models.CodeOf(err) != "task_link_ended" {
			t.Errorf("%q opens: %v", bad, err)
		}
	}
	clock.Set(p.E.Time().Add(23 * time.Hour))
	b.settle(t, 10*time.Second)
	if page, err := b.bot.OpenTask(t.Context(), token); err != nil || page.State != models.TaskCancelled || page.Link != "" {
		t.Errorf("a day after: %+v, %v", page, err)
	}
	if _, err := b.bot.ConfirmByLink(t.Context(), token, 0); err != nil || b.placement(t, p.ID).State != models.PlacementLate {
		t.Errorf("she cannot say that she posted it late: %v", err)
	}
	clock.Advance(26 * time.Hour)
	if _, err := b.bot.OpenTask(t.Context(), token); models.CodeOf(err) != "task_link_ended" {
		t.Errorf("it opens for ever: %v", err)
	}
}
