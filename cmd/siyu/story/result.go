package story

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/models"
)

// Result is how a story ended. One seed gives one result.
type Result struct {
	People     int        `json:"people"` // simulated people, whether they came or not
	Stages     Stages     `json:"stages"`
	Placements Placements `json:"placements"`
	Violations Violations `json:"violations"`
	Pushes     Pushes     `json:"pushes"`
}

// Placements is what became of the sponsored posts: seen in a group, or not and why.
type Placements struct {
	Confirmed int  `json:"confirmed"`
	Held      Held `json:"held"`
}

// Pushes is what WeChat's side counted: deliveries tried, pushes accepted, and accepted ones delivered once more.
type Pushes struct {
	Sent      int `json:"sent"`
	Accepted  int `json:"accepted"`
	Duplicate int `json:"duplicate"`
}

// result reads how it ended: stages from the report, the rest from raw rows and from WeChat's side.
func (w *world) result(ctx context.Context) (Result, error) {
	stats := w.o.Sim.Stats()
	r := Result{People: w.o.People, Pushes: Pushes{Sent: stats.Sent, Accepted: stats.Accepted, Duplicate: stats.Duplicate}}
	var err error
	if r.Stages, err = w.stages(ctx); err != nil {
		return r, err
	}
	rows, err := ReadRows(ctx, w.o.Store, w.o.Seeded.Community)
	if err != nil {
		return r, err
	}
	if r.Violations, err = Recount(rows); err != nil {
		return r, err
	}
	if r.Placements, err = countPlacements(rows.Placements); err != nil {
		return r, err
	}
	return r, errors.Join(w.checkSystem(ctx, r.Pushes), checkFailed(stats.Failed))
}

func (w *world) stages(ctx context.Context) (Stages, error) {
	var report struct {
		Stages []struct {
			Stage  string
			People int
		}
	}
	if err := w.organiser.get(ctx, "/api/console/v1/funnel", &report); err != nil {
		return Stages{}, err
	}
	var s Stages
	into := map[string]*int{"video": &s.Video, "follow": &s.Follow, "group": &s.Group, "mini": &s.Mini,
		"claim": &s.Claim, "redeem": &s.Redeem, "repeat": &s.Repeat}
	for _, c := range report.Stages {
		if into[c.Stage] == nil {
			return s, fmt.Errorf("the funnel names the stage %q, unknown or twice", c.Stage)
		}
		*into[c.Stage] = c.People
		delete(into, c.Stage)
	}
	if len(into) > 0 {
		return s, fmt.Errorf("%d stages are missing in the funnel", len(into))
	}
	return s, nil
}

// awaitingOwner is why a post is not seen yet that has its slot: the story ended before its owner posted it. No row
// says so, because nothing was refused.
const awaitingOwner = "awaiting_owner"

// countPlacements counts what was seen and, by reason, what was not; a post that was not sent must say why.
func countPlacements(all []models.Placement) (Placements, error) {
	p := Placements{Held: Held{}}
	for _, row := range all {
		switch {
		case row.State == models.PlacementConfirmed || row.State == models.PlacementLate:
			p.Confirmed++
		case row.State == models.PlacementReserved || row.State == models.PlacementTasked:
			p.Held[awaitingOwner]++
		case row.Reason == "":
			return p, fmt.Errorf("placement %s is %s and does not say why", row.ID, row.State)
		default:
			p.Held[row.Reason]++
		}
	}
	return p, nil
}

// checkSystem compares WeChat's count with the inbox: nothing accepted is lost, and a push that was stored but not
// answered, because the server was killed in between, is there once.
func (w *world) checkSystem(ctx context.Context, p Pushes) error {
	var s struct {
		Jobs   struct{ Due, Dead int }
		Pushes struct{ Accepted, Duplicate, Pending, Dead int }
	}
	if err := w.organiser.get(ctx, "/api/console/v1/system", &s); err != nil {
		return err
	}
	if s.Jobs.Due != 0 || s.Jobs.Dead != 0 || s.Pushes.Pending != 0 || s.Pushes.Dead != 0 {
		return fmt.Errorf("the server is not done: jobs due %d dead %d, pushes pending %d dead %d",
			s.Jobs.Due, s.Jobs.Dead, s.Pushes.Pending, s.Pushes.Dead)
	}
	unanswered := p.Sent - p.Accepted - p.Duplicate
	if s.Pushes.Accepted != p.Accepted || s.Pushes.Duplicate < p.Duplicate || s.Pushes.Duplicate > p.Duplicate+unanswered {
		return fmt.Errorf("WeChat had %d pushes accepted and %d twice, the inbox holds %d and %d",
			p.Accepted, p.Duplicate, s.Pushes.Accepted, s.Pushes.Duplicate)
	}
	return nil
}

func checkFailed(failed int) error {
	if failed > 0 {
		return fmt.Errorf("WeChat gave %d pushes up", failed)
	}
	return nil
}

// dayEnds tells the progress.
func (w *world) dayEnds(d int, morning time.Time) act {
	return func(context.Context) error {
		if w.o.Progress != nil {
			c := w.count
			c.Number, c.Of, c.Date = d+1, w.o.Days, morning
			w.o.Progress(c)
		}
		return nil
	}
}
