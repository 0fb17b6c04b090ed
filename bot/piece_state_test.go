package bot_test

import (
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/models"
)

// count counts the runs of a piece by their state.
func (b *bench) count(t *testing.T, piece models.PieceID) map[models.RunState]int {
	t.Helper()
	all, err := b.bot.Runs(t.Context(), b.community, piece, 0, 1000)
	must(t, err)
	n := map[models.RunState]int{}
	for _, r := range all {
		n[r.State]++
	}
	return n
}

func (b *bench) openTasks(t *testing.T) []bot.TaskView {
	t.Helper()
	all, err := b.bot.Tasks(t.Context(), b.community)
	must(t, err)
	return all
}

// TestPiecePauseAndResume: a pause takes back what an owner has and gives up what is planned; times that come meanwhile do not
// come back; who read the piece before somebody else changed it changes nothing.
func TestPiecePauseAndResume(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		g := b.byHandIn(t, "西岸群", "America/Vancouver")
		d := weekly()
		d.Audience.Kind = models.AudienceOrdinary
		d.Schedule = &models.Schedule{Start: "2026-05-04", Minute: 19 * 60, Repeat: models.Daily}
		v := b.piece(t, d)
		clock.Set(b.runs(t, v.ID, g.ID)[0].DueAt.Time())
		b.drain(t)
		if n := len(b.openTasks(t)); n != 1 {
			t.Fatalf("%d tasks are open", n)
		}
		if _, err := b.bot.PausePiece(t.Context(), b.community, 1, v.ID, v.Ver+1); models.CodeOf(err) != "piece_changed" {
			t.Errorf("a pause of what was not read: %v", err)
		}
		paused, err := b.bot.PausePiece(t.Context(), b.community, 1, v.ID, v.Ver)
		must(t, err)
		b.drain(t)
		if n := b.count(t, v.ID); n[models.RunUnposted] != 1 || n[models.RunPlanned] != 0 || len(b.openTasks(t)) != 0 {
			t.Errorf("after the pause the runs are %v", n)
		}
		if r := b.runs(t, v.ID, g.ID)[0]; r.Reason != "piece_paused" {
			t.Errorf("it was taken back because of %q", r.Reason)
		}
		b.replan(t)
		clock.Advance(49 * time.Hour) // two times pass
		b.drain(t)
		resumed, err := b.bot.ResumePiece(t.Context(), b.community, 1, v.ID, paused.Ver)
		must(t, err)
		b.drain(t)
		if n := b.count(t, v.ID); n[models.RunPlanned] != 14 || n[models.RunMissed] != 0 || len(b.openTasks(t)) != 0 {
			t.Errorf("after the resumption the runs are %v", n)
		}
		clock.Advance(23 * time.Hour)
		b.drain(t)
		if n := len(b.openTasks(t)); n != 1 {
			t.Errorf("%d tasks are open at the next time", n)
		}
		_, err = b.bot.ConfirmTask(t.Context(), b.community, b.openTasks(t)[0].ID, bot.Word{By: 1})
		must(t, err)
		_, err = b.bot.EndPiece(t.Context(), b.community, 1, v.ID, resumed.Ver)
		must(t, err)
		b.drain(t)
		if n := b.count(t, v.ID); n[models.RunPosted] != 1 || n[models.RunPlanned]+n[models.RunHanded] != 0 {
			t.Errorf("after the end the runs are %v", n)
		}
		must(t, b.bot.DeletePiece(t.Context(), b.community, 1, v.ID))
		if v, err := b.bot.ReadPiece(t.Context(), b.community, v.ID); err != nil || v.State != models.PieceEnded {
			t.Errorf("what was posted is %s, %v", v.State, err)
		}
	})
}

// TestPieceChanged: a change of the text leaves what an owner has as it is and changes what comes; a change of the time or of a
// group's zone moves what is planned; nothing is posted twice.
func TestPieceChanged(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		one, two := b.byHandIn(t, "西岸群", "America/Vancouver"), b.byHandIn(t, "东岸群", "America/Vancouver")
		d := weekly()
		d.Audience.Kind = models.AudienceOrdinary
		v := b.piece(t, d)
		clock.Set(b.runs(t, v.ID, one.ID)[0].DueAt.Time())
		b.drain(t)
		d.Text = "改过的文字"
		d.Schedule.Minute = 20 * 60
		changed, err := b.bot.SavePiece(t.Context(), b.community, 1, v.ID, v.Ver, d)
		must(t, err)
		for _, task := range b.openTasks(t) {
			if task.Text != v.Content.Body {
				t.Errorf("the owner's text became %q", task.Text)
			}
		}
		for _, g := range []models.Group{one, two} {
			all := b.runs(t, v.ID, g.ID)
			// The first is with its owner. An hour later the new time of the same evening comes: she asked for it.
			if all[0].State != models.RunHanded || all[1].DueAt != local(t, g.Zone, "2026-05-04 20:00") || all[2].DueAt != local(t, g.Zone, "2026-05-07 20:00") {
				t.Errorf("the runs of %s are at %v, %v, %v", g.Name, all[0].DueAt.Time(), all[1].DueAt.Time(), all[2].DueAt.Time())
			}
		}
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
			return tx.In(b.community).SetGroupWords(two.ID, two.Name, "America/Toronto")
		}))
		b.replan(t)
		b.replan(t)
		if r := b.runs(t, v.ID, two.ID)[1]; r.DueAt != local(t, "America/Toronto", "2026-05-07 20:00") {
			t.Errorf("after the move the next is at %v", r.DueAt.Time())
		}
		clock.Set(local(t, "America/Toronto", "2026-05-07 20:00").Time())
		b.drain(t)
		found := 0
		for _, task := range b.openTasks(t) {
			if task.GroupID == two.ID && task.Text == d.Text {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%d tasks have the new text", found)
		}
		if _, err := b.bot.SavePiece(t.Context(), b.community, 1, v.ID, v.Ver, d); models.CodeOf(err) != "piece_changed" || changed.Ver == v.Ver {
			t.Errorf("a change of what somebody else has changed: %v", err)
		}
	})
}

// TestPieceHandedOnce: however many processes plan and hand over at the same moment, each group has one run and one task for
// each time.
func TestPieceHandedOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		groups := []models.Group{}
		for _, name := range []string{"一", "二", "三", "四", "五"} {
			groups = append(groups, b.byHandIn(t, name, "Asia/Shanghai"))
		}
		d := weekly()
		d.Audience.Kind = models.AudienceOrdinary
		d.Schedule = &models.Schedule{Start: "2026-05-04", Minute: 600, Repeat: models.Daily, Count: 3}
		v := b.piece(t, d)
		clock.Set(b.runs(t, v.ID, groups[0].ID)[0].DueAt.Time())
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := b.bot.PlanAndHand(t.Context(), b.community); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		b.drain(t)
		tasks := map[models.GroupID]int{}
		for _, task := range b.openTasks(t) {
			tasks[task.GroupID]++
		}
		for _, g := range groups {
			if tasks[g.ID] != 1 || len(b.runs(t, v.ID, g.ID)) != 2 {
				t.Errorf("group %s has %d tasks and %d runs", g.Name, tasks[g.ID], len(b.runs(t, v.ID, g.ID)))
			}
		}
	})
}

// TestPostNow: a piece is handed over at once, once for each key, also at night and without a schedule.
func TestPostNow(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	one, two := b.byHandIn(t, "西岸群", "America/Vancouver"), b.byHandIn(t, "东岸群", "America/Vancouver")
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := tx.In(b.community).AddPolicy(one.ID, models.Rules{QuietStart: 60, QuietEnd: 0}, 0) // all day but an hour
		return err
	}))
	d := weekly()
	d.Audience.Kind, d.Schedule = models.AudienceOrdinary, nil
	v, err := b.bot.SavePiece(t.Context(), b.community, 1, 0, 0, d)
	must(t, err)
	for range 2 {
		runs, err := b.bot.PostNow(t.Context(), b.community, 1, v.ID, []models.GroupID{one.ID}, "key-1234")
		must(t, err)
		if len(runs) != 1 || runs[0].GroupID != one.ID {
			t.Fatalf("the runs are %+v", runs)
		}
		clock.Advance(time.Second)
		b.drain(t)
	}
	if tasks := b.openTasks(t); len(tasks) != 1 || tasks[0].GroupID != one.ID {
		t.Fatalf("the tasks are %+v", tasks)
	}
	_, err = b.bot.PostNow(t.Context(), b.community, 1, v.ID, nil, "key-5678")
	must(t, err)
	b.drain(t)
	if n := len(b.openTasks(t)); n != 3 || two.ID == 0 {
		t.Errorf("%d tasks are open", n)
	}
	if _, err := b.bot.SchedulePiece(t.Context(), b.community, 1, v.ID, v.Ver); models.CodeOf(err) != "piece_unscheduled" {
		t.Errorf("a piece without a schedule: %v", err)
	}
}

// TestPlatformFull: while WeCom takes no message for a group its run waits, with its whole window, and is missed if it would
// wait for more than three days.
func TestPlatformFull(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	due := local(t, "America/Vancouver", "2026-05-04 19:00")
	full := func(name string, wait time.Duration) models.Group {
		g := models.Group{Name: name, Kind: models.WeComGroup, ChatID: &name, OwnerUserID: owner, Zone: "America/Vancouver", FullUntil: due.Add(wait)}
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(b.community).InsertGroup(&g) }))
		return g
	}
	day, week := full("wr-day", 20*time.Hour), full("wr-week", 5*24*time.Hour)
	d := weekly()
	d.Audience = models.PieceAudience{Kind: models.AudienceChosen, Groups: []models.GroupID{day.ID, week.ID}}
	v := b.piece(t, d)
	clock.Set(due.Time())
	b.drain(t)
	next := day.FullUntil
	if r := b.runs(t, v.ID, day.ID)[0]; r.State != models.RunPlanned || r.Reason != "platform" || r.FromAt != next || r.UntilAt != next.Add(4*time.Hour) {
		t.Fatalf("while the group is full the run is %s because of %q from %v", r.State, r.Reason, r.FromAt.Time())
	}
	if r := b.runs(t, v.ID, week.ID)[0]; r.State != models.RunMissed || r.Reason != "platform" {
		t.Errorf("what would wait five days is %s because of %q", r.State, r.Reason)
	}
	clock.Set(next.Time())
	b.drain(t)
	if r := b.runs(t, v.ID, day.ID)[0]; r.State != models.RunHanded || r.UntilAt != next.Add(4*time.Hour) {
		t.Errorf("the next day it is %s until %v", r.State, r.UntilAt.Time())
	}
}

// TestPiecesOfMergedGroups: what is planned for a group that becomes part of another is planned there, and once where both had
// it. A group that nobody knows gets nothing that goes to all.
func TestPiecesOfMergedGroups(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	from, into := b.byHandIn(t, "旧名群", "America/Vancouver"), b.byHandIn(t, "西岸群", "America/Vancouver")
	stranger := b.byHandIn(t, models.UnnamedGroup, "America/Vancouver")
	forAll := b.piece(t, weekly())
	d := weekly()
	d.Audience = models.PieceAudience{Kind: models.AudienceChosen, Groups: []models.GroupID{from.ID}}
	chosen := b.piece(t, d)
	if n := len(b.runs(t, forAll.ID, stranger.ID)); n != 0 {
		t.Errorf("%d posts are planned for a group that nobody knows", n)
	}
	first := b.runs(t, chosen.ID, from.ID)[0]
	clock.Set(first.DueAt.Time())
	if _, err := b.bot.PostNow(t.Context(), b.community, 1, chosen.ID, nil, "now"); err != nil {
		t.Fatal(err)
	}
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { // one of the two has it already, as after a hand-over that was cut off
		r := b.runs(t, forAll.ID, from.ID)[0].Run
		to := r
		to.State, to.HandedAt = models.RunHanded, tx.Now
		_, err := tx.In(b.community).MoveRun(r, to)
		return err
	}))
	must(t, b.bot.MergeGroups(t.Context(), b.community, from.ID, into.ID, 1))
	for range 3 {
		b.drain(t)
		clock.Advance(7 * time.Hour) // it is planned anew
	}
	for name, id := range map[string]models.PieceID{"for all": forAll.ID, "for the one": chosen.ID} {
		times := map[models.Millis]int{}
		for _, r := range b.runs(t, id, into.ID) {
			if r.CreatedBy == 0 {
				times[r.DueAt]++
			}
		}
		if len(times) < 4 || times[first.DueAt] != 1 {
			t.Errorf("%s: planned are %v, want %d among them", name, times, first.DueAt)
		}
		for at, n := range times {
			if n != 1 {
				t.Errorf("%s: %d posts at %v", name, n, at.Time())
			}
		}
	}
	v, err := b.bot.ReadPiece(t.Context(), b.community, chosen.ID)
	must(t, err)
	if len(v.Audience.Groups) != 1 || v.Audience.Groups[0] != into.ID || v.State != models.PieceScheduled {
		t.Errorf("the piece is %s for %v", v.State, v.Audience.Groups)
	}
}
