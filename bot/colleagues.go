package bot

import "siyu/models"

// Colleagues is who is who in a community's team: what decides whose a task is.
type Colleagues struct {
	Accounts map[models.AccountID]models.Account
	Staff    map[string]models.StaffUser // the corp's people, by userid
}

// colleagues reads a community's team.
func colleagues(sc *models.Scope) (Colleagues, error) {
	c := Colleagues{Accounts: map[models.AccountID]models.Account{}, Staff: map[string]models.StaffUser{}}
	team, err := sc.Team()
	if err != nil {
		return c, err
	}
	for _, a := range team {
		c.Accounts[a.ID] = a
	}
	staff, err := sc.StaffUsers()
	for _, u := range staff {
		if _, known := c.Staff[u.UserID]; !known { // who has left is listed last
			c.Staff[u.UserID] = u
		}
	}
	return c, err
}

// Owner is the colleague who owns a WeCom group there; zero if nobody knows who of the team she is, or she has left.
func (c Colleagues) Owner(g models.Group) models.AccountID {
	if g.Kind != models.WeComGroup || g.OwnerUserID == "" {
		return 0
	}
	u := c.Staff[g.OwnerUserID]
	if a := c.Accounts[u.AccountID]; u.Present() && a.Active() {
		return a.ID
	}
	return 0
}

// Responsible is whose the tasks of a group are at a time; zero: any owner's of the community. A WeCom group's are its
// owner's, also while she is away: only she can send them. Else they are the keeper's, and while she is away the deputy's.
// What belonged to somebody who has left is nobody's until the organiser says whose.
func (c Colleagues) Responsible(g models.Group, now models.Millis) models.AccountID {
	if owner := c.Owner(g); owner != 0 {
		return owner
	}
	keeper, deputy := c.Accounts[g.KeeperID], c.Accounts[g.DeputyID]
	switch {
	case !keeper.Active():
		return 0
	case !keeper.AwayAt(now):
		return keeper.ID
	case deputy.Active() && !deputy.AwayAt(now):
		return deputy.ID
	}
	return 0
}

// Orphaned reports whether a group was somebody's who has left, and is nobody's yet: its keeper's account is deactivated, or
// the person who owns it is not with the corp any more. A group that never had anybody is not orphaned.
func (c Colleagues) Orphaned(g models.Group) bool {
	if c.Owner(g) != 0 {
		return false
	}
	if u := c.Staff[g.OwnerUserID]; g.Kind == models.WeComGroup && u.ID != 0 && !u.Present() {
		return true // nobody can send its tasks
	}
	return g.KeeperID != 0 && !c.Accounts[g.KeeperID].Active()
}

// assign says of a new task, or one that is given out anew, whose it is. The caller has locked the group.
func (b *Bot) assign(sc *models.Scope, g models.Group, t *models.Task) error {
	c, err := colleagues(sc)
	if err != nil {
		return err
	}
	t.OwnerUserID, t.AccountID = g.OwnerUserID, c.Responsible(g, sc.Now)
	return nil
}

// passOn gives the unfinished tasks of some groups to whoever is responsible now, and returns how many changed hands. The
// tasks of others stay where they are.
func (b *Bot) passOn(sc *models.Scope, groups []models.Group) (int, error) {
	if len(groups) == 0 {
		return 0, nil
	}
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	groups, err := sc.LockGroups(ids) // a task that is being written now is seen, or is written by who sees what changed
	if err != nil {
		return 0, err
	}
	c, err := colleagues(sc)
	if err != nil {
		return 0, err
	}
	by := make(map[models.GroupID]models.AccountID, len(groups))
	for _, g := range groups {
		by[g.ID] = c.Responsible(g, sc.Now)
	}
	tasks, err := sc.TasksOfGroups(ids, models.TaskNew, models.TaskCalling, models.TaskOpen)
	if err != nil {
		return 0, err
	}
	moved := 0
	for _, t := range tasks {
		to := by[t.GroupID]
		if to == t.AccountID {
			continue
		}
		ok, err := sc.SetTaskAccount(t.ID, t.AccountID, to)
		if err != nil {
			return moved, err
		}
		if !ok {
			continue
		}
		moved++
		if err := tellSoon(sc, t); err != nil {
			return moved, err
		}
	}
	return moved, nil
}
