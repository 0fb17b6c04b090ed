package miniprogram_test

import (
	"encoding/base64"
	"sync"
	"testing"
	"time"

	"siyu/funnel"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/miniprogram"
	"siyu/models"
	"siyu/offers"
)

// card makes a group and a placement in it whose card its owner was given, and returns the group.
func (w *world) card(t *testing.T, g models.Group, code string) models.Group {
	t.Helper()
	w.do(t, func(sc *models.Scope) error {
		if g.ID == 0 {
			if err := sc.InsertGroup(&g); err != nil {
				return err
			}
		}
		p := models.Placement{Code: code, Idem: code, GroupID: g.ID}
		if _, err := sc.AddPlacement(&p); err != nil {
			return err
		}
		task := models.Task{PlacementID: p.ID, GroupID: g.ID, Kind: g.Kind, State: models.TaskNew, DueAt: sc.Now.Add(time.Hour)}
		if _, err := sc.AddTask(&task); err != nil {
			return err
		}
		_, err := sc.MoveTask(task.ID, models.TaskNew, models.TaskOpen, "")
		return err
	})
	return g
}

// TestEnterOrdinaryGroup: an ordinary group tells nothing of its joins, so its first entry is the joining, no later than
// the visit that showed it. The second person with a second card in one place shows that the place is the group.
func TestEnterOrdinaryGroup(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mei, lan := w.sim.NewPerson("小梅"), w.sim.NewPerson("阿兰")
		real := w.ordinary(t, mei, lan)
		want := w.card(t, models.Group{Name: "海港二群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}, "p1")
		session := w.login(t, mei)
		visited := w.now()
		w.clock.Advance(3 * time.Second)
		for range 2 { // one person is no agreement
			if g := w.enter(t, session, entry(t, mei, real, "p1")); g.ID == want.ID || g.Known() {
				t.Fatalf("got %+v", g)
			}
		}
		w.clock.Advance(day)
		w.card(t, want, "p2")
		g := w.enter(t, w.login(t, lan), entry(t, lan, real, "p2"))
		if g.ID != want.ID || g.OpenGID == nil || *g.OpenGID != real.OpenGID(appID) || g.Name != "海港二群" {
			t.Fatalf("got %+v", g)
		}
		if again := w.enter(t, w.login(t, mei), entry(t, mei, real, "")); again.ID != want.ID {
			t.Errorf("without the card: got %s", again.ID)
		}
		joined := w.touches(t, session.MemberID, models.TouchGroup)
		if len(joined) != 1 || joined[0].At != visited || joined[0].GroupID != want.ID {
			t.Errorf("got %+v, want one at %d", joined, visited)
		}
		present, err := w.read(t).PresentMembers(want.ID)
		if err != nil || len(present) != 2 {
			t.Fatalf("%d present, %v", len(present), err)
		}
		if present[0].UserKey != mei.GroupOpenID(appID, real) || present[0].MemberID != session.MemberID {
			t.Errorf("got %+v", present[0])
		}
		all, err := w.read(t).TouchesOf(session.MemberID)
		if err != nil {
			t.Fatal(err)
		}
		rows := funnel.Journeys(all, time.UTC, funnel.DefaultWindow)
		if len(rows) != 1 || rows[0].Dim != funnel.DimGroup || funnel.Stage(rows[0].Level) != funnel.Mini {
			t.Errorf("the first visit is not one from the group: %+v", rows)
		}
		if from := w.merged(t, want.ID); from.OpenGID != nil || from.GoneAt == 0 {
			t.Errorf("the row it was discovered as is %+v", from)
		}
	})
}

// merged is the group that was merged into another.
func (w *world) merged(t *testing.T, into models.GroupID) models.Group {
	t.Helper()
	all, err := w.read(t).EveryGroup()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range all {
		if g.MergedInto == into {
			return g
		}
	}
	t.Fatal("nothing was merged")
	return models.Group{}
}

func TestEnterWeComGroup(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mei, lan := w.sim.NewPerson("小梅"), w.sim.NewPerson("阿兰")
		newGroup := func(name string) *wechatsim.Group {
			g, err := w.sim.NewWeComGroup(t.Context(), corpID, wechatsim.GroupSpec{Name: name, OwnerUserID: "zhao"})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range []*wechatsim.Person{mei, lan} {
				if err := g.Join(t.Context(), p, wechatsim.JoinVia{}); err != nil {
					t.Fatal(err)
				}
			}
			return g
		}
		real := newGroup("海港一群")
		chat := real.ChatID()
		other := w.card(t, models.Group{Name: "另一群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}, "p-other")
		want := models.Group{Name: "海港一群", Kind: models.WeComGroup, ChatID: &chat, Zone: "America/Vancouver"}
		var known models.MemberID
		w.do(t, func(sc *models.Scope) (err error) {
			if err := sc.InsertGroup(&want); err != nil {
				return err
			}
			known, err = sc.Identify(models.Name{Kind: models.ExternalUserID, Scope: corpID, Value: mei.ExternalUserID(corpID)},
				models.Name{Kind: models.UnionID, Value: mei.UnionID()})
			if err != nil {
				return err
			}
			_, err = sc.AddGroupMember(&models.GroupMember{GroupID: want.ID, UserKey: mei.ExternalUserID(corpID), MemberID: known,
				JoinedAt: sc.Now})
			return err
		})
		t.Run("a member whose joining was told", func(t *testing.T) {
			g := w.enter(t, w.login(t, mei), entry(t, mei, real, "p-other")) // a card that was forwarded
			if g.ID != want.ID || *g.OpenGID != real.OpenGID(appID) {
				t.Errorf("got %+v", g)
			}
			if got := w.touches(t, known, models.TouchGroup); len(got) != 0 {
				t.Errorf("got %+v", got)
			}
			if untouched, err := w.read(t).Group(other.ID); err != nil || untouched.OpenGID != nil {
				t.Errorf("the card's own group was bound: %+v, %v", untouched, err)
			}
		})
		t.Run("a member whose joining was not told", func(t *testing.T) {
			session := w.login(t, lan)
			w.sim.Fail("/cgi-bin/externalcontact/opengid_to_chatid", wechatsim.Fault{Errcode: -1, Times: -1})
			defer w.sim.ClearFaults()
			for range 2 { // the opengid is known by now, so WeCom is not asked
				w.enter(t, session, entry(t, lan, real, ""))
			}
			if got := w.touches(t, session.MemberID, models.TouchGroup); len(got) != 1 || got[0].GroupID != want.ID {
				t.Errorf("got %+v", got)
			}
			if present, err := w.read(t).PresentMembers(want.ID); err != nil || len(present) != 1 {
				t.Errorf("%d stays, %v: they are the bot's to write", len(present), err)
			}
		})
		t.Run("its card was forwarded to an ordinary group", func(t *testing.T) {
			unbound := w.card(t, models.Group{Name: "三群", Kind: models.WeComGroup, Zone: "America/Vancouver"}, "p-three")
			g := w.enter(t, w.login(t, lan), entry(t, lan, w.ordinary(t, lan), "p-three"))
			if g.ID == unbound.ID || g.Kind != models.OrdinaryGroup || g.Name != miniprogram.UnnamedGroup {
				t.Errorf("got %+v", g)
			}
		})
		t.Run("one card for many groups", func(t *testing.T) {
			second := newGroup("海港二群")
			chat := second.ChatID()
			also := models.Group{Name: "海港二群", Kind: models.WeComGroup, ChatID: &chat, Zone: "America/Vancouver"}
			var tasks []models.Task
			w.do(t, func(sc *models.Scope) error {
				if err := sc.InsertGroup(&also); err != nil {
					return err
				}
				e := models.Envelope{OwnerUserID: "zhao", Code: "envelope", Content: "o:1", State: models.EnvelopeOpen, MsgID: "m1"}
				if err := sc.AddEnvelope(&e); err != nil {
					return err
				}
				for _, g := range []models.GroupID{also.ID, want.ID} {
					p := models.Placement{Code: "of" + g.String(), Idem: "of" + g.String(), GroupID: g}
					if _, err := sc.AddPlacement(&p); err != nil {
						return err
					}
					task := models.Task{PlacementID: p.ID, GroupID: g, Kind: models.WeComGroup, State: models.TaskNew, DueAt: sc.Now.Add(time.Hour)}
					if _, err := sc.AddTask(&task); err != nil {
						return err
					}
					if _, err := sc.FoldTask(task.ID, e.ID); err != nil {
						return err
					}
					if _, err := sc.MoveTask(task.ID, models.TaskNew, models.TaskOpen, ""); err != nil {
						return err
					}
					tasks = append(tasks, task)
				}
				return nil
			})
			in := w.input(mei)
			in.Placement = "envelope"
			if _, err := w.Login(t.Context(), in); err != nil {
				t.Fatal(err)
			}
			if got := w.touches(t, known, models.TouchMini); got[len(got)-1].PlacementID != tasks[1].PlacementID {
				t.Errorf("she is in %s, and her visit is %+v", want.ID, got[len(got)-1])
			}
			for i, place := range []*wechatsim.Group{second, real} {
				w.enter(t, w.login(t, lan), entry(t, lan, place, "envelope"))
				w.do(t, func(sc *models.Scope) error {
					key := "card:" + tasks[i].Subject + ":" + tasks[i].GroupID.String()
					fresh, err := jobs.EnqueueOnce(sc.Tx, offers.CardSeen{Community: w.community, Subject: tasks[i].Subject}, sc.Now, key)
					if fresh {
						t.Errorf("nobody learns that it was posted in group %d", i)
					}
					return err
				})
			}
		})
		t.Run("a group nobody told us of", func(t *testing.T) {
			unknown := newGroup("新群")
			session := w.login(t, lan)
			w.sim.Fail("/cgi-bin/externalcontact/opengid_to_chatid", wechatsim.Fault{Errcode: -1, Times: 5})
			_, err := w.EnterGroup(t.Context(), session, entry(t, lan, unknown, ""))
			wantCode(t, err, models.Unavailable, "mini_busy")
			w.sim.ClearFaults()
			g := w.enter(t, session, entry(t, lan, unknown, ""))
			if g.Kind != models.WeComGroup || *g.ChatID != unknown.ChatID() || g.Name != miniprogram.UnnamedGroup || g.Paused {
				t.Errorf("got %+v", g)
			}
		})
	})
}

// TestDiscoverGroup: a card that is opened in a group nobody registered makes one, which gets no sponsored posts.
func TestDiscoverGroup(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var people []*wechatsim.Person
		for range 8 {
			people = append(people, w.sim.NewPerson("成员"))
		}
		first, forwarded := w.ordinary(t, people...), w.ordinary(t, people...)
		want := w.card(t, models.Group{Name: "海港二群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}, "p1")
		w.card(t, want, "p2")
		w.enter(t, w.login(t, people[0]), entry(t, people[0], first, "p1"))
		if bound := w.enter(t, w.login(t, people[1]), entry(t, people[1], first, "p2")); bound.ID != want.ID {
			t.Fatalf("got %s, want %s", bound.ID, want.ID)
		}
		ids := make([]models.GroupID, len(people))
		var wg sync.WaitGroup
		for i, p := range people { // all at once
			session, in := w.login(t, p), entry(t, p, forwarded, "p1")
			wg.Go(func() {
				g, err := w.EnterGroup(t.Context(), session, in)
				if err != nil || g.Name != miniprogram.UnnamedGroup || !g.Paused || g.Kind != models.OrdinaryGroup || g.Zone != "America/Vancouver" {
					t.Errorf("got %+v, %v", g, err)
				}
				ids[i] = g.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] || id == want.ID {
				t.Errorf("one group became %v", ids)
				break
			}
		}
		if present, err := w.read(t).PresentMembers(ids[0]); err != nil || len(present) != len(people) {
			t.Errorf("%d present, %v", len(present), err)
		}
	})
}

// TestEnterAtOnce: a client that sends its entry several times at once is one arrival.
func TestEnterAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		mei := w.sim.NewPerson("小梅")
		real := w.ordinary(t, mei)
		session := w.login(t, mei)
		var wg sync.WaitGroup
		for range 6 {
			in := entry(t, mei, real, "")
			wg.Go(func() {
				if _, err := w.EnterGroup(t.Context(), session, in); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		groups, err := w.read(t).Groups()
		if err != nil || len(groups) != 1 {
			t.Fatalf("%d groups, %v", len(groups), err)
		}
		if present, err := w.read(t).PresentMembers(groups[0].ID); err != nil || len(present) != 1 {
			t.Errorf("%d present, %v", len(present), err)
		}
		if got := w.touches(t, session.MemberID, models.TouchGroup); len(got) != 1 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestEnterRefused(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	mei, lan := w.sim.NewPerson("小梅"), w.sim.NewPerson("阿兰")
	real := w.ordinary(t, mei, lan)
	session := w.login(t, mei)
	good := entry(t, mei, real, "")
	theirs := w.login(t, lan)
	short := base64.StdEncoding.EncodeToString(make([]byte, 15))
	tests := []struct {
		name string
		in   miniprogram.GroupEntryInput
		with models.Session
		wait time.Duration
	}{
		{"nothing", miniprogram.GroupEntryInput{}, session, 0},
		{"15 bytes", miniprogram.GroupEntryInput{EncryptedData: short, IV: good.IV}, session, 0},
		{"a broken iv", miniprogram.GroupEntryInput{EncryptedData: good.EncryptedData, IV: short}, session, 0},
		{"another member's key", good, theirs, 0},
		{"a replay of long ago", good, session, 11 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.clock.Advance(tt.wait)
			_, err := w.EnterGroup(t.Context(), tt.with, tt.in)
			wantCode(t, err, models.Invalid, "group_entry_invalid")
		})
	}
	if groups, err := w.read(t).Groups(); err != nil || len(groups) != 0 {
		t.Errorf("%d groups, %v", len(groups), err)
	}
}
