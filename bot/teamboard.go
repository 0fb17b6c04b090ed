package bot

import (
	"context"

	"siyu/models"
)

// ColleagueView is somebody of the team with what is hers.
type ColleagueView struct {
	models.Account
	WeChat bool     // she has bound her WeChat: she can be told, and finds her tasks in the Mini Program
	Groups int      // that she is the keeper of, or that she owns in WeCom
	Tasks  int      // open ones that are hers
	WeCom  []string // her userids
}

// StaffView is one of a corp's people with what is hers.
type StaffView struct {
	models.StaffUser
	Groups int // that she owns
}

// TeamView is a community's team: who is in it, who is invited, and who of the corp's people is who.
type TeamView struct {
	Colleagues  []ColleagueView
	Invitations []models.Invitation
	Staff       []StaffView
	Orphans     []models.Group // groups of somebody who has left
	Unowned     int            // groups that nobody in particular is responsible for
}

// TeamBoard shows a community's team. It takes a few statements however many groups there are.
func (b *Bot) TeamBoard(ctx context.Context, community models.CommunityID) (TeamView, error) {
	sc := b.store.Read(ctx).In(community)
	v := TeamView{Colleagues: []ColleagueView{}, Staff: []StaffView{}}
	who, err := colleagues(sc)
	if err != nil {
		return v, err
	}
	groups, err := sc.Groups()
	if err != nil {
		return v, err
	}
	tasks, err := sc.CountTasksOf()
	if err != nil {
		return v, err
	}
	bound, err := sc.Operators()
	if err != nil {
		return v, err
	}
	if v.Invitations, err = sc.OpenInvitations(); err != nil {
		return v, err
	}
	kept, owned := v.sortGroups(who, groups)
	wechat := map[models.AccountID]bool{}
	for _, o := range bound {
		wechat[o.AccountID] = true
	}
	team, err := sc.Team()
	if err != nil {
		return v, err
	}
	for _, a := range team {
		v.Colleagues = append(v.Colleagues, ColleagueView{Account: a, WeChat: wechat[a.ID], Groups: kept[a.ID], Tasks: tasks[a.ID], WeCom: []string{}})
	}
	staff, err := sc.StaffUsers()
	for _, u := range staff {
		v.Staff = append(v.Staff, StaffView{StaffUser: u, Groups: owned[u.UserID]})
		for i := range v.Colleagues {
			if v.Colleagues[i].ID == u.AccountID && u.AccountID != 0 {
				v.Colleagues[i].WeCom = append(v.Colleagues[i].WeCom, u.UserID)
			}
		}
	}
	return v, err
}

// sortGroups counts whose the groups are that are there, by account and by the owner in WeCom, and lists those of who has left.
func (v *TeamView) sortGroups(who Colleagues, groups []models.Group) (kept map[models.AccountID]int, owned map[string]int) {
	kept, owned = map[models.AccountID]int{}, map[string]int{}
	for _, g := range groups {
		if g.GoneAt != 0 || !g.Known() {
			continue
		}
		holder := who.Owner(g)
		if holder == 0 {
			holder = g.KeeperID
		}
		kept[holder]++
		if g.Kind == models.WeComGroup {
			owned[g.OwnerUserID]++
		}
		if who.Orphaned(g) {
			v.Orphans = append(v.Orphans, g)
		} else if holder == 0 {
			v.Unowned++
		}
	}
	return kept, owned
}

// KeptGroup is a group with what an account is to it.
type KeptGroup struct {
	models.Group
	Part  string // "owner" in WeCom, "keeper" or "deputy"
	Tasks int    // open ones
}

// KeptGroups lists the groups an account has to do with.
func (b *Bot) KeptGroups(ctx context.Context, community models.CommunityID, account models.AccountID) ([]KeptGroup, error) {
	sc := b.store.Read(ctx).In(community)
	if _, err := sc.Account(account); err != nil {
		if models.IsKind(err, models.NotFound) {
			return nil, noColleague()
		}
		return nil, err
	}
	groups, err := sc.GroupsKept(account)
	if err != nil {
		return nil, err
	}
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	tasks, err := sc.TasksOfGroups(ids, models.TaskOpen)
	if err != nil {
		return nil, err
	}
	open := map[models.GroupID]int{}
	for _, t := range tasks {
		open[t.GroupID]++
	}
	all := make([]KeptGroup, len(groups))
	for i, g := range groups {
		part := "owner"
		switch account {
		case g.KeeperID:
			part = "keeper"
		case g.DeputyID:
			part = "deputy"
		}
		all[i] = KeptGroup{g, part, open[g.ID]}
	}
	return all, nil
}
