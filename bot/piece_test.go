package bot_test

import (
	"slices"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
)

// weekly is a text every Monday and Thursday at seven in the evening of each group's own clock, for all groups.
func weekly() bot.PieceDraft {
	return bot.PieceDraft{Title: "周末去哪儿", Text: "本周有三个适合孩子的活动，时间和地点见下。", Audience: models.PieceAudience{Kind: models.AudienceAll},
		Schedule: &models.Schedule{Start: "2026-05-04", Minute: 19 * 60, Repeat: models.Weekly, Days: []int{1, 4}}}
}

// byHandIn adds an ordinary group in a zone.
func (b *bench) byHandIn(t *testing.T, name, zone string) models.Group {
	t.Helper()
	g := models.Group{Name: name, Kind: models.OrdinaryGroup, Zone: zone, Capacity: 500}
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(b.community).InsertGroup(&g) }))
	return g
}

// piece writes a piece and has it scheduled.
func (b *bench) piece(t *testing.T, d bot.PieceDraft) bot.PieceView {
	t.Helper()
	v, err := b.bot.SavePiece(t.Context(), b.community, 1, 0, 0, d)
	must(t, err)
	v, err = b.bot.SchedulePiece(t.Context(), b.community, 1, v.ID, v.Ver)
	must(t, err)
	return v
}

// runs are the runs of a piece in a group, the earliest first.
func (b *bench) runs(t *testing.T, piece models.PieceID, group models.GroupID) []bot.RunView {
	t.Helper()
	all, err := b.bot.Runs(t.Context(), b.community, piece, 0, 1000)
	must(t, err)
	all = slices.DeleteFunc(all, func(r bot.RunView) bool { return r.GroupID != group })
	slices.Reverse(all)
	return all
}

func local(t *testing.T, zone, text string) models.Millis {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	must(t, err)
	at, err := time.ParseInLocation("2006-01-02 15:04", text, loc)
	must(t, err)
	return models.MillisOf(at)
}

// TestPieceByHand: a piece for two ordinary groups is planned ahead by the clock of each, handed over in its hour, and what
// the owner says she posted counts as an organic post, once; what she leaves is unposted.
func TestPieceByHand(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		d := weekly()
		d.Audience.Kind = models.AudienceOrdinary
		west, east := b.byHandIn(t, "西岸群", "America/Vancouver"), b.byHandIn(t, "上海群", "Asia/Shanghai")
		v := b.piece(t, d)
		planned := b.runs(t, v.ID, west.ID)
		if len(planned) != 4 || planned[0].DueAt != local(t, west.Zone, "2026-05-04 19:00") || planned[3].DueAt != local(t, west.Zone, "2026-05-14 19:00") {
			t.Fatalf("%d runs are planned, the first at %v", len(planned), planned[0].DueAt.Time())
		}
		if first := b.runs(t, v.ID, east.ID)[0]; first.DueAt != local(t, east.Zone, "2026-05-07 19:00") {
			t.Fatalf("the first in Shanghai is at %v", first.DueAt.Time())
		}
		clock.Set(planned[0].DueAt.Time().Add(-time.Second))
		b.drain(t)
		if tasks, _ := b.bot.Tasks(t.Context(), b.community); len(tasks) != 0 {
			t.Fatalf("%d tasks before the time", len(tasks))
		}
		clock.Advance(time.Second)
		b.drain(t)
		tasks, err := b.bot.Tasks(t.Context(), b.community)
		must(t, err)
		if len(tasks) != 1 || tasks[0].GroupID != west.ID || tasks[0].Text != d.Text || tasks[0].DueAt != planned[0].DueAt.Add(4*time.Hour) {
			t.Fatalf("the tasks are %+v", tasks)
		}
		clock.Advance(10 * time.Minute)
		for range 2 {
			_, err = b.bot.ConfirmTask(t.Context(), b.community, tasks[0].ID, bot.Word{By: 1})
			must(t, err)
		}
		if r := b.runs(t, v.ID, west.ID)[0]; r.State != models.RunPosted || r.PostedAt != models.MillisOf(clock.Now()) {
			t.Errorf("the run is %s, posted %v", r.State, r.PostedAt.Time())
		}
		posts, err := s.Read(t.Context()).In(b.community).OrganicPosts([]models.GroupID{west.ID}, 0)
		must(t, err)
		if len(posts) != 1 || posts[0].Kind != models.OrganicMass || posts[0].Posts != 1 {
			t.Errorf("the group has the organic posts %+v", posts)
		}
		next := b.runs(t, v.ID, west.ID)[1]
		clock.Set(next.DueAt.Time())
		b.drain(t)
		clock.Set(next.UntilAt.Time())
		b.drain(t)
		if r := b.runs(t, v.ID, west.ID)[1]; r.State != models.RunUnposted || r.Reason != "owner_silent" {
			t.Errorf("what nobody posted is %s because of %q", r.State, r.Reason)
		}
	})
}

// TestPieceQuietHours: at night a piece waits for the morning, unless it is meant exactly then; before the night it must be
// posted before it, but has half an hour at least.
func TestPieceQuietHours(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	g := b.byHandIn(t, "西岸群", "America/Vancouver")
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := tx.In(b.community).AddPolicy(g.ID, models.Rules{QuietStart: 22 * 60, QuietEnd: 8 * 60}, 0)
		return err
	}))
	for _, tc := range []struct {
		minute      int
		exact       bool
		from, until string
		why         string
	}{
		{23 * 60, false, "2026-05-06 08:00", "2026-05-06 12:00", "quiet_hours"},
		{23 * 60, true, "2026-05-05 23:00", "2026-05-06 03:00", ""},
		{20 * 60, false, "2026-05-05 20:00", "2026-05-05 22:00", ""},
		{21*60 + 50, false, "2026-05-05 21:50", "2026-05-05 22:20", ""},
		{12 * 60, false, "2026-05-05 12:00", "2026-05-05 16:00", ""},
	} {
		d := weekly()
		d.Exact, d.Audience = tc.exact, models.PieceAudience{Kind: models.AudienceChosen, Groups: []models.GroupID{g.ID}}
		d.Schedule = &models.Schedule{Start: "2026-05-05", Minute: tc.minute, Repeat: models.Once}
		r := b.runs(t, b.piece(t, d).ID, g.ID)[0]
		if r.FromAt != local(t, g.Zone, tc.from) || r.UntilAt != local(t, g.Zone, tc.until) || r.Reason != tc.why {
			t.Errorf("minute %d, exact %v: from %v to %v because of %q", tc.minute, tc.exact, r.FromAt.Time(), r.UntilAt.Time(), r.Reason)
		}
	}
}

// TestPieceAfterOutage: what came while no server ran is handed over if its window is still open, and else listed as missed.
func TestPieceAfterOutage(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	g := b.byHandIn(t, "西岸群", "America/Vancouver")
	d := weekly()
	d.Audience.Kind = models.AudienceOrdinary
	d.Schedule = &models.Schedule{Start: "2026-05-04", Minute: 19 * 60, Repeat: models.Daily}
	v := b.piece(t, d)
	// A month later, an hour into the window of that day: longer than runs are made ahead.
	clock.Set(local(t, g.Zone, "2026-06-04 20:00").Time())
	b.replan(t)
	b.drain(t)
	states := map[models.RunState]int{}
	for _, r := range b.runs(t, v.ID, g.ID) {
		states[r.State]++
		if r.DueAt == local(t, g.Zone, "2026-06-04 19:00") && r.State != models.RunHanded {
			t.Errorf("the one whose window is open is %s", r.State)
		}
		if r.State == models.RunMissed && r.Reason != "not_running" {
			t.Errorf("a missed one says %q", r.Reason)
		}
	}
	// Planned before the outage: 4 to 17 May (14 days from noon on the 4th). Of what nobody planned, 14 days are listed.
	if states[models.RunHanded] != 1 || states[models.RunMissed] != 14+14-1 || states[models.RunPlanned] != 14 {
		t.Errorf("the runs are %v", states)
	}
}

// replan runs the planning as the periodic job does.
func (b *bench) replan(t *testing.T) {
	t.Helper()
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, bot.PlanRuns{}) }))
	b.drain(t)
}
