package desk

import (
	"context"

	"siyu/models"
	"siyu/throttle/lift"
)

// Lift is what a season's experiment says: what happened where sponsored posts went out, compared with where they did not.
type Lift struct {
	Running  bool // the community's rules held groups out in this season
	Holdout  models.Holdout
	Season   lift.Season
	From, To int64 // of the season, as far as it is over and the holdout was in force
	Over     bool
	Groups   int // that are counted: WeCom tells who comes and goes
	Posts    [lift.None + 1]int
	Measures []Measure
	Power    lift.Power // of the leaves, of full against none
	// Days is how many days more it takes until there is enough, at the size the arms have now; zero: enough, or it cannot
	// be told.
	Days int
}

// Measure is one thing that was counted in all arms.
type Measure struct {
	Name        string // leaves, claims or redemptions
	Rates       []lift.Rate
	Differences []lift.Difference // full against none, and half against none
}

// Lift reads the experiment of a season (nil: the present one), a season of the length that the newest rules have.
func (d *Desk) Lift(ctx context.Context, community models.CommunityID, season *int64) (Lift, error) {
	sc := d.store.Read(ctx).In(community)
	all, err := holdouts(sc)
	if err != nil || len(all) == 0 || all[0].days() == 0 {
		return Lift{Measures: []Measure{}}, err
	}
	out := Lift{Season: lift.SeasonAt(all[0].days(), int64(sc.Now)), Measures: []Measure{}}
	if season != nil {
		out.Season = lift.Numbered(all[0].days(), *season)
	}
	out.Over = out.Season.To <= int64(sc.Now)
	out.From, out.To = out.Season.From, min(out.Season.To, int64(sc.Now))
	for _, h := range all { // the newest that began before the season's end is the one it was drawn by
		if h.since > out.To {
			continue
		}
		if h.Holdout == nil || h.SeasonDays != out.Season.Days {
			return out, nil
		}
		out.Holdout, out.From, out.Running = *h.Holdout, max(out.From, h.since), true
		break
	}
	if !out.Running {
		return out, nil
	}
	return out, out.measure(sc)
}

// held is a holdout, and since when it has been in force without a change.
type held struct {
	*models.Holdout
	since int64
}

func (h held) days() int {
	if h.Holdout == nil {
		return 0
	}
	return h.SeasonDays
}

// mostRevisions bounds how far back the rules are read for what a season was drawn by.
const mostRevisions = 1000

// holdouts lists what the community's rules said of holding out, the newest first; revisions that did not change it are one.
func holdouts(sc *models.Scope) ([]held, error) {
	rows, err := sc.PolicyRevisions(0, 0, mostRevisions)
	if err != nil {
		return nil, err
	}
	var all []held
	for _, row := range rows {
		r, err := row.Rules()
		if err != nil {
			return nil, err
		}
		if holdout(r.Holdout) == nil {
			r.Holdout = nil
		}
		if n := len(all); n > 0 && holdout(all[n-1].Holdout) == holdout(r.Holdout) {
			all[n-1].since = int64(row.EffectiveFrom)
			continue
		}
		all = append(all, held{r.Holdout, int64(row.EffectiveFrom)})
	}
	return all, nil
}

// measure counts and compares. The stretch before, of the same length, tells what the groups were like.
func (l *Lift) measure(sc *models.Scope) error {
	now, err := sc.Spans(models.Millis(l.From), models.Millis(l.To))
	if err != nil {
		return err
	}
	before, err := sc.Spans(models.Millis(2*l.From-l.To), models.Millis(l.From))
	if err != nil {
		return err
	}
	past := make(map[models.GroupID]models.GroupSpan, len(before))
	for _, b := range before {
		past[b.GroupID] = b
	}
	l.Groups = len(now)
	arms := make([]lift.Arm, len(now))
	for i, g := range now {
		arms[i] = lift.Draw(int64(sc.Community), int64(g.GroupID), l.Season, lift.Shares{None: l.Holdout.Percent, Half: l.Holdout.HalfPercent})
		l.Posts[arms[i]] += g.Posts
	}
	for _, m := range []struct {
		name string
		of   func(models.GroupSpan) int
	}{
		{"leaves", func(g models.GroupSpan) int { return g.Leaves }},
		{"claims", func(g models.GroupSpan) int { return g.Claims }},
		{"redemptions", func(g models.GroupSpan) int { return g.Redemptions }},
	} {
		groups := make([]lift.Group, len(now))
		for i, g := range now {
			b := past[g.GroupID]
			groups[i] = lift.Group{Arm: arms[i], Days: memberDays(g), Events: float64(m.of(g)),
				Before: lift.Before{Days: memberDays(b), Events: float64(m.of(b))}}
		}
		l.Measures = append(l.Measures, Measure{Name: m.name, Rates: lift.Rates(groups), Differences: []lift.Difference{
			lift.Compare(groups, lift.Full, lift.None), lift.Compare(groups, lift.Half, lift.None)}})
		if m.name == "leaves" {
			l.Power = lift.Plan(groups, lift.Full, lift.None)
		}
	}
	if days := float64(l.To-l.From) / float64(dayMillis); !l.Power.Enough && l.Power.Days > 0 && days > 0 {
		if more := (l.Power.Need - l.Power.Days) / (l.Power.Days / days); more > 0 && more < 10_000 {
			l.Days = int(more) + 1
		}
	}
	return nil
}

func memberDays(g models.GroupSpan) float64 { return float64(max(g.Span, 0)) / float64(dayMillis) }
