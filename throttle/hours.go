package throttle

import "siyu/models"

// QuietOf tells the quiet hours of some groups, for what is no sponsored post and yet should not wake anybody. A group whose
// rules are missing or unreadable is left out.
func (l *Ledger) QuietOf(sc *models.Scope, groups []models.Group) (map[models.GroupID]*Quiet, error) {
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	newest, err := sc.PoliciesOf(ids)
	if err != nil {
		return nil, err
	}
	all := make(map[models.GroupID]*Quiet, len(groups))
	for _, g := range groups {
		if p, err := l.policy(g, newest); err == nil {
			all[g.ID] = p.quiet
		}
	}
	return all, nil
}
