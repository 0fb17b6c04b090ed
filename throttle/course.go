package throttle

import (
	"fmt"

	"siyu/models"
)

// Ruling is what the rules said when a placement asked them.
type Ruling struct {
	At      models.Millis
	Verdict Verdict
	Thin    bool // only whether it was allowed is still known: the rest was thinned
}

// Rulings lists what the rules said about a placement, the newest first, at most limit. An equal answer to an equal
// question is kept once.
func (l *Ledger) Rulings(sc *models.Scope, id models.PlacementID, limit int) ([]Ruling, error) {
	records, err := sc.Decisions(id, limit)
	if err != nil {
		return nil, err
	}
	all := make([]Ruling, 0, len(records))
	for _, r := range records {
		a := Ruling{At: r.At, Thin: r.Body == nil, Verdict: Verdict{Allow: r.Verdict == models.VerdictAllow}}
		if r.Body != nil {
			d, err := decodeDecision(r.Body)
			if err != nil {
				return nil, fmt.Errorf("decision %s of placement %s: %w", r.ID, id, err)
			}
			a.Verdict = d.verdict
		}
		all = append(all, a)
	}
	return all, nil
}
