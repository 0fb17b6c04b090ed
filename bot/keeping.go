package bot

import (
	"context"
	"strconv"

	"siyu/models"
)

// SetKeeper says who of the team is responsible for a group, and who is while she is away; zero is nobody. What is to be
// done in the group passes on to her.
func (b *Bot) SetKeeper(ctx context.Context, by models.Account, id models.GroupID, keeper, deputy models.AccountID) (models.Group, error) {
	var g models.Group
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		for field, a := range map[string]models.AccountID{"keeper_id": keeper, "deputy_id": deputy} {
			if err := mayKeep(sc, a, field); err != nil {
				return err
			}
		}
		if deputy != 0 && deputy == keeper {
			return models.Errorf(models.Invalid, "deputy_same", "the deputy is the keeper").With("field", "deputy_id")
		}
		var err error
		if g, err = sc.LockGroup(id); err != nil {
			return noGroup(err)
		}
		if g.MergedInto != 0 {
			return models.Errorf(models.Conflict, "group_merged", "the group has become part of another one")
		}
		g.KeeperID, g.DeputyID = keeper, deputy
		changed, err := sc.SetGroupKeeper(id, keeper, deputy)
		if err != nil || !changed {
			return err
		}
		if _, err := b.passOn(sc, []models.Group{g}); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "group.keeper", "group:"+id.String(), keeper.String()+" "+deputy.String())
	})
	b.jobs.Wake()
	return g, err
}

func noGroup(err error) error {
	if models.IsKind(err, models.NotFound) {
		return models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	return err
}

// mayKeep refuses who cannot be responsible: somebody of another community or role, or who has left.
func mayKeep(sc *models.Scope, id models.AccountID, field string) error {
	if id == 0 {
		return nil
	}
	a, err := sc.Account(id)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return err
	}
	if a.Role != models.Organiser || !a.Active() {
		return models.Errorf(models.Invalid, "colleague_gone", "she is not in the team").With("field", field)
	}
	return nil
}

// Passed is what a hand-over came to.
type Passed struct {
	Groups int // that have another keeper or deputy now
	Tasks  int // that went to somebody else
}

// HandOver gives the groups of one colleague to another: all of them, or those that are named. Where she was the deputy,
// there is none any more. to zero leaves the groups to the owners of the community.
func (b *Bot) HandOver(ctx context.Context, by models.Account, from, to models.AccountID, only []models.GroupID) (Passed, error) {
	var p Passed
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		p = Passed{}
		a, err := sc.Account(from)
		if models.IsKind(err, models.NotFound) || err == nil && a.Role != models.Organiser {
			return noColleague()
		}
		if err != nil {
			return err
		}
		if err := mayKeep(sc, to, "to"); err != nil {
			return err
		}
		kept, err := sc.GroupsKept(from)
		if err != nil {
			return err
		}
		groups, err := reassign(sc, chosenGroups(kept, only), func(g models.Group) models.Group { return handed(g, from, to) })
		if err != nil {
			return err
		}
		p.Groups = len(groups)
		if p.Tasks, err = b.passOn(sc, groups); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "team.hand_over", "account:"+from.String(), to.String()+": "+strconv.Itoa(p.Groups)+" groups")
	})
	b.jobs.Wake()
	return p, err
}

// reassign stores new keepers of groups and returns those that changed, as they are now.
func reassign(sc *models.Scope, groups []models.Group, to func(models.Group) models.Group) ([]models.Group, error) {
	var changed []models.Group
	for _, g := range groups {
		n := to(g)
		ok, err := sc.SetGroupKeeper(g.ID, n.KeeperID, n.DeputyID)
		if err != nil {
			return nil, err
		}
		if ok {
			changed = append(changed, n)
		}
	}
	return changed, nil
}

// chosenGroups are those of some groups that are wanted, all if nothing is.
func chosenGroups(groups []models.Group, only []models.GroupID) []models.Group {
	if only == nil {
		return groups
	}
	want := make(map[models.GroupID]bool, len(only))
	for _, id := range only {
		want[id] = true
	}
	var some []models.Group
	for _, g := range groups {
		if want[g.ID] {
			some = append(some, g)
		}
	}
	return some
}

// MapStaff says which colleague one of the corp's people is; zero: none of them. The tasks of the groups she owns are hers.
func (b *Bot) MapStaff(ctx context.Context, by models.Account, id models.StaffUserID, account models.AccountID) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		u, err := sc.StaffUser(id)
		if err != nil {
			return err
		}
		if err := mayKeep(sc, account, "account_id"); err != nil {
			return err
		}
		if err := sc.SetStaffAccount(id, account); err != nil {
			return err
		}
		owned, err := sc.GroupsOwned(u.UserID)
		if err != nil {
			return err
		}
		if _, err := b.passOn(sc, owned); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "team.staff", "staff_user:"+id.String(), account.String())
	})
	b.jobs.Wake()
	return err
}

// HandOverStaff gives the groups that one of the corp's people owns in WeCom to a colleague as their keeper. Who owns them
// in WeCom only WeCom's own console, or [Bot.Transfer], can change.
func (b *Bot) HandOverStaff(ctx context.Context, by models.Account, id models.StaffUserID, to models.AccountID, only []models.GroupID) (Passed, error) {
	var p Passed
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		p = Passed{}
		u, err := sc.StaffUser(id)
		if err != nil {
			return err
		}
		if err := mayKeep(sc, to, "to"); err != nil {
			return err
		}
		owned, err := sc.GroupsOwned(u.UserID)
		if err != nil {
			return err
		}
		groups, err := reassign(sc, chosenGroups(owned, only), func(g models.Group) models.Group {
			g.KeeperID = to
			if g.DeputyID == to {
				g.DeputyID = 0
			}
			return g
		})
		if err != nil {
			return err
		}
		p.Groups = len(groups)
		if p.Tasks, err = b.passOn(sc, groups); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "team.hand_over", "staff_user:"+id.String(), to.String()+": "+strconv.Itoa(p.Groups)+" groups")
	})
	b.jobs.Wake()
	return p, err
}

// handed is a group after one colleague gave it to another.
func handed(g models.Group, from, to models.AccountID) models.Group {
	if g.KeeperID == from || g.KeeperID == 0 && g.DeputyID != from {
		g.KeeperID = to
	}
	if g.DeputyID == from || g.DeputyID == g.KeeperID {
		g.DeputyID = 0
	}
	return g
}
