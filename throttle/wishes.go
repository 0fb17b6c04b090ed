package throttle

import "siyu/models"

// Wishes is what the organiser says about a group's fatigue, the community's and the group's own word together, from the
// newest revisions of their rules. Rules that cannot be read wish nothing: nothing is sent under them anyway.
func Wishes(newest map[models.GroupID]models.Policy, group models.GroupID) models.Fatigue {
	var all *models.Fatigue
	for _, owner := range []models.GroupID{0, group} {
		row, has := newest[owner]
		if !has {
			continue
		}
		if r, err := row.Rules(); err == nil {
			all = stricterFatigue(all, r.Fatigue)
		}
	}
	if all == nil {
		return models.Fatigue{}
	}
	return *all
}
