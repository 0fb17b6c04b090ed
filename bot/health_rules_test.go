package bot

import (
	"testing"
	"time"

	"siyu/models"
)

const healthDay = 24 * time.Hour

// sound are facts of a group that does well, at a time.
func sound(now models.Millis) HealthFacts {
	f := HealthFacts{Limits: models.DefaultHealthLimits(), Members: 100, Active: 30, Shared: true, Holder: 7, Days: make([]DayCount, healthDays)}
	f.Group = models.Group{Kind: models.WeComGroup, Headcount: 101, Capacity: 200, SyncedAt: now.Add(-time.Hour), CreatedAt: now.Add(-90 * healthDay)}
	f.Posted = models.Posted{LastValue: now.Add(-healthDay), LastSponsored: now.Add(-2 * healthDay), Values: 8, Sponsored: 3}
	for i := range 5 {
		at := now.Add(-time.Duration(20-3*i) * healthDay)
		f.Tasks = append(f.Tasks, postedAfter(at, time.Duration(i+1)*20*time.Minute))
	}
	return f
}

// postedAfter is a task that was posted some time after it was opened, and of which that was heard nine hours later.
func postedAfter(opened models.Millis, took time.Duration) models.GivenTask {
	return models.GivenTask{Task: models.Task{State: models.TaskDone, OpenedAt: opened, DoneAt: opened.Add(took + 9*time.Hour)}, PostedAt: opened.Add(took)}
}

func endedFor(why string) models.GivenTask {
	return models.GivenTask{Task: models.Task{State: models.TaskCancelled, Why: why}}
}

// TestJudge changes one fact of a sound group at a time: exactly the sign that is about it says so.
func TestJudge(t *testing.T) {
	t.Parallel()
	now := models.MillisOf(time.Date(2026, 5, 4, 19, 0, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		change func(*HealthFacts)
		sign   string // empty: nothing is wrong
		grade  Grade
		value  float64
		alert  string
		urgent bool
	}{
		"sound":           {change: func(*HealthFacts) {}},
		"gone":            {func(f *HealthFacts) { f.Group.GoneAt = now.Add(-time.Hour) }, SignGone, GradeBad, 0, WarnGroupGone, true},
		"gone long ago":   {func(f *HealthFacts) { f.Group.GoneAt = now.Add(-40 * healthDay) }, SignGone, GradeBad, 0, "", false},
		"unowned":         {func(f *HealthFacts) { f.Holder = 0 }, SignOwner, GradeWatch, 0, WarnUnowned, false},
		"alone":           {change: func(f *HealthFacts) { f.Holder, f.Shared = 0, false }},
		"left":            {func(f *HealthFacts) { f.Orphan, f.Holder = true, 0 }, SignOwner, GradeBad, 0, WarnOwnerLeft, true},
		"94 %":            {func(f *HealthFacts) { f.Group.Headcount = 188 }, SignFull, GradeWatch, 94, "", false},
		"95 %":            {func(f *HealthFacts) { f.Group.Headcount = 190 }, SignFull, GradeBad, 95, WarnGroupFull, false},
		"own limit":       {func(f *HealthFacts) { f.Limits.FullPercent, f.Group.Headcount = 80, 160 }, SignFull, GradeBad, 80, WarnGroupFull, false},
		"47 hours":        {func(f *HealthFacts) { f.Group.InviteExpiresAt = now.Add(47 * time.Hour) }, SignInvite, GradeWatch, 47, WarnExpiring, false},
		"49 hours":        {change: func(f *HealthFacts) { f.Group.InviteExpiresAt = now.Add(49 * time.Hour) }},
		"23 hours":        {func(f *HealthFacts) { f.Group.InviteExpiresAt = now.Add(23 * time.Hour) }, SignInvite, GradeBad, 23, WarnExpiring, true},
		"ended":           {func(f *HealthFacts) { f.Group.InviteExpiresAt = now.Add(-time.Hour) }, SignInvite, GradeBad, 0, WarnExpired, true},
		"quiet":           {func(f *HealthFacts) { f.Posted.LastValue, f.Posted.LastSponsored = now.Add(-15*healthDay), 0 }, SignQuiet, GradeBad, 15, WarnQuiet, false},
		"a sponsored one": {change: func(f *HealthFacts) { f.Posted.LastValue = now.Add(-15 * healthDay) }},
		"new and quiet":   {change: func(f *HealthFacts) { f.Posted, f.Group.CreatedAt = models.Posted{}, now.Add(-healthDay) }},
		"all sponsored":   {func(f *HealthFacts) { f.Posted.Values, f.Posted.Sponsored = 1, 4 }, SignBalance, GradeBad, 0.25, "", false},
		"much sponsored":  {func(f *HealthFacts) { f.Posted.Values, f.Posted.Sponsored = 6, 4 }, SignBalance, GradeWatch, 1.5, "", false},
		"read long ago":   {func(f *HealthFacts) { f.Group.SyncedAt = now.Add(-25 * time.Hour) }, SignSync, GradeBad, 25, WarnSyncStale, false},
		"nobody active":   {func(f *HealthFacts) { f.Active = 2 }, SignActive, GradeWatch, 2, "", false},
		"four quits":      {func(f *HealthFacts) { f.Days[healthDays-2].Quits = 4 }, SignQuits, GradeBad, 3.85, "", false},
		"removed":         {change: func(f *HealthFacts) { f.Days[healthDays-2].Removals = 4 }},
		"quits long ago":  {change: func(f *HealthFacts) { f.Days[healthDays-8].Quits = 4 }},
		"slow": {func(f *HealthFacts) {
			for i := range f.Tasks {
				f.Tasks[i].PostedAt = f.Tasks[i].OpenedAt.Add(7 * time.Hour)
			}
		}, SignResponse, GradeBad, 7, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := sound(now)
			c.change(&f)
			h := f.Judge(now)
			want := c.grade
			if c.sign == "" {
				want = GradeGood
			}
			if h.Grade != want {
				t.Errorf("the group is %s, want %s: %+v", h.Grade, want, h.Signs)
			}
			for _, s := range h.Signs {
				if wrong := s.Grade == GradeBad || s.Grade == GradeWatch; wrong != (s.Name == c.sign) || wrong && (s.Grade != c.grade || s.Value != c.value) {
					t.Errorf("%s is %s at %v (from %v on)", s.Name, s.Grade, s.Value, s.Threshold)
				}
			}
			alerts := alertsOf(f.Group, h, now)
			if got := len(alerts); got > 1 || (got == 1) != (c.alert != "") || got == 1 && (alerts[0].kind != c.alert || alerts[0].urgent != c.urgent) {
				t.Errorf("the alerts are %+v, want %q", alerts, c.alert)
			}
		})
	}
}

// TestJudgeTasks: what the owner left counts against her, what an order stopped does not, and one post ends a row.
func TestJudgeTasks(t *testing.T) {
	t.Parallel()
	now := models.MillisOf(time.Date(2026, 5, 4, 19, 0, 0, 0, time.UTC))
	done := postedAfter(now.Add(-2*time.Hour), time.Hour)
	silent, stopped := endedFor(reasonSilent), endedFor("stopped")
	for name, c := range map[string]struct {
		tasks    []models.GivenTask
		row      float64
		unposted float64
		known    bool
	}{
		"none":            {nil, 0, 0, false},
		"orders only":     {[]models.GivenTask{stopped, stopped, stopped}, 0, 0, false},
		"three left":      {[]models.GivenTask{done, silent, silent, silent}, 3, 75, true},
		"orders between":  {[]models.GivenTask{silent, stopped, silent, stopped}, 2, 100, true},
		"posted since":    {[]models.GivenTask{silent, silent, silent, done}, 0, 75, true},
		"skipped, cannot": {[]models.GivenTask{endedFor("owner_skipped"), endedFor("owner_cannot"), done, silent}, 1, 75, true},
	} {
		f := sound(now)
		f.Tasks = c.tasks
		h := f.Judge(now)
		for _, s := range h.Signs {
			switch s.Name {
			case SignRow:
				if s.Value != c.row || (s.Grade == GradeBad) != (c.row >= 3) {
					t.Errorf("%s: a row of %v, %s", name, s.Value, s.Grade)
				}
			case SignUnposted:
				if s.Value != c.unposted || (s.Grade != GradeUnknown) != c.known {
					t.Errorf("%s: %v %% were not posted, %s", name, s.Value, s.Grade)
				}
			}
		}
	}
}

// TestQuantile: the median and the 90th percentile of small samples are values of the sample.
func TestQuantile(t *testing.T) {
	t.Parallel()
	ten := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for _, c := range []struct {
		of   []float64
		at   float64
		want float64
	}{{ten[:1], 0.5, 1}, {ten[:1], 0.9, 1}, {ten[:3], 0.5, 2}, {ten[:5], 0.5, 3}, {ten[:10], 0.9, 9}, {ten[:10], 1, 10}, {ten[:2], 0.9, 2}} {
		if got := quantile(c.of, c.at); got != c.want {
			t.Errorf("the %v quantile of %v is %v, want %v", c.at, c.of, got, c.want)
		}
	}
}
