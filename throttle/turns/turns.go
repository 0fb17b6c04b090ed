package turns

import (
	"fmt"
	"time"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/plan"
)

// days is the length of the plan. Whoever gets no turn within it waits until its end, or until it is planned anew, which
// happens daily.
const days = 7

// Planner plans a community's week.
type Planner struct{ ledger *throttle.Ledger }

// New makes a planner and has the ledger keep to its turns.
func New(l *throttle.Ledger) *Planner {
	l.AddHook(Gate)
	return &Planner{ledger: l}
}

// Gate closes a group to a placement before its turn.
func Gate(_ *models.Scope, asks []throttle.Ask) ([][]throttle.Gate, error) {
	all := make([][]throttle.Gate, len(asks))
	for i, a := range asks {
		if at := a.Placement.TurnAt; at > a.Now {
			all[i] = []throttle.Gate{{Until: int64(at), Code: throttle.Turn}}
		}
	}
	return all, nil
}

// Compete tells whether two brands wait for a slot in one group.
func Compete(waiting []models.Placement) bool {
	brand := map[models.GroupID]models.BrandID{}
	for _, p := range waiting {
		if b, seen := brand[p.GroupID]; seen && b != p.BrandID {
			return true
		}
		brand[p.GroupID] = p.BrandID
	}
	return false
}

// Plan works out the turns of all placements that wait, by the state of the store that sc reads, and returns those that
// differ from what is stored. It writes nothing.
func (p *Planner) Plan(sc *models.Scope) ([]models.PlacementTurn, error) {
	waiting, err := sc.PlacementsIn(models.PlacementPlanned, models.PlacementHeld)
	if err != nil {
		return nil, err
	}
	at := make(map[models.PlacementID]models.Millis, len(waiting))
	if Compete(waiting) {
		w, err := p.Week(sc, waiting)
		if err != nil {
			return nil, err
		}
		made, err := plan.Make(w.Snapshot)
		if err != nil {
			return nil, fmt.Errorf("plan the week of community %s: %w", sc.Community, err)
		}
		w.turns(made, sc.Now, at)
	}
	var changed []models.PlacementTurn
	for _, q := range waiting {
		if to := at[q.ID]; to != q.TurnAt && (to > sc.Now || q.TurnAt > sc.Now) {
			changed = append(changed, models.PlacementTurn{ID: q.ID, At: to})
		}
	}
	return changed, nil
}

// turns are the instants before which placements are to wait. Whom the rules refuse all week needs no turn: the rules say
// when it is free, and that is past this week. Nor does one that is worth less than the group bears: that changes by itself.
func (w *Week) turns(p *plan.Plan, now models.Millis, at map[models.PlacementID]models.Millis) {
	end := models.Millis(w.Snapshot.Slots[len(w.Snapshot.Slots)-1])
	for key, id := range w.waiting {
		switch a := p.Why(key.group, key.offer); a.Cause {
		case plan.Planned:
			if turn := models.Millis(a.Turn.S); turn > now {
				at[id] = turn
			}
		case plan.Outbid, plan.Sated:
			at[id] = end
		case plan.Unwanted, plan.Held, plan.Weak:
		}
	}
}

// localDays are the bounds of the next days by a zone's clocks, the first of them the day that now is in.
func localDays(zone string, now models.Millis) ([]int64, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("zone of the community: %w", err)
	}
	y, m, d := now.Time().In(loc).Date()
	all := make([]int64, 0, days+1)
	for i := range days + 1 {
		all = append(all, time.Date(y, m, d+i, 0, 0, 0, 0, loc).UnixMilli())
	}
	return all, nil
}
