package bot

import (
	"context"
	"time"

	"siyu/models"
)

// GroupHealth works out how one group is doing now.
func (b *Bot) GroupHealth(ctx context.Context, community models.CommunityID, id models.GroupID) (models.Group, Health, error) {
	sc := b.store.Read(ctx).In(community)
	g, err := sc.Group(id)
	if err != nil {
		return g, Health{}, noGroup(err)
	}
	desk, err := newHealthDesk(sc)
	if err != nil {
		return g, Health{}, err
	}
	all, err := desk.facts(sc, []models.Group{g})
	if err != nil {
		return g, Health{}, err
	}
	return g, all[0].Judge(sc.Now), nil
}

// healthDesk is what the health of all groups of a community is worked out with.
type healthDesk struct {
	limits models.HealthLimits
	who    Colleagues
	shared bool
}

func newHealthDesk(sc *models.Scope) (healthDesk, error) {
	var d healthDesk
	var err error
	if d.limits, err = sc.HealthLimits(); err != nil {
		return d, err
	}
	if d.who, err = colleagues(sc); err != nil {
		return d, err
	}
	active := 0
	for _, a := range d.who.Accounts {
		if a.Active() {
			active++
		}
	}
	d.shared = active > 1
	return d, nil
}

// facts gathers what the health of some groups is worked out from, in a few statements however many they are.
func (d healthDesk) facts(sc *models.Scope, groups []models.Group) ([]HealthFacts, error) {
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	since := sc.Now.Add(-healthDays * 24 * time.Hour)
	members, err := sc.CountStays(ids)
	if err != nil {
		return nil, err
	}
	active, err := sc.CountActive(ids, since)
	if err != nil {
		return nil, err
	}
	posted, err := sc.PostedIn(ids, since)
	if err != nil {
		return nil, err
	}
	given, err := sc.TasksSince(ids, since)
	if err != nil {
		return nil, err
	}
	tasks := map[models.GroupID][]models.GivenTask{}
	for _, t := range given {
		tasks[t.GroupID] = append(tasks[t.GroupID], t)
	}
	days, err := dayCounts(sc, groups, members)
	if err != nil {
		return nil, err
	}
	all := make([]HealthFacts, len(groups))
	for i, g := range groups {
		holder := d.who.Owner(g)
		if keeper := d.who.Accounts[g.KeeperID]; holder == 0 && keeper.Active() {
			holder = keeper.ID
		}
		all[i] = HealthFacts{Group: g, Limits: d.limits, Days: days[g.ID], Members: members[g.ID], Active: active[g.ID],
			Posted: posted[g.ID], Tasks: tasks[g.ID], Shared: d.shared, Orphan: d.who.Orphaned(g), Holder: holder}
	}
	return all, nil
}

// localDays are a group's local days.
type localDays struct{ loc *time.Location }

func localDaysOf(zone string) localDays {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		loc = time.UTC
	}
	return localDays{loc}
}

func (l localDays) day(t models.Millis) int {
	y, m, d := t.Time().In(l.loc).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}

// dayCounts counts who came and went in some groups on each of the last days, today the last. Days that were written down
// are taken from there; those that were not, today among them, are counted from the stays.
func dayCounts(sc *models.Scope, groups []models.Group, members map[models.GroupID]int) (map[models.GroupID][]DayCount, error) {
	ids := make([]models.GroupID, len(groups))
	first := make(map[models.GroupID]int, len(groups))
	local := make(map[models.GroupID]localDays, len(groups))
	earliest := 1 << 30
	for i, g := range groups {
		ids[i], local[g.ID] = g.ID, localDaysOf(g.Zone)
		first[g.ID] = local[g.ID].day(sc.Now) - healthDays + 1
		earliest = min(earliest, first[g.ID])
	}
	written, err := sc.GroupDays(ids, earliest)
	if err != nil {
		return nil, err
	}
	counts := make(map[models.GroupID][]DayCount, len(groups))
	known := make(map[models.GroupID]map[int]bool, len(groups))
	for _, g := range groups {
		all := make([]DayCount, healthDays)
		for i := range all {
			all[i].Day = first[g.ID] + i
		}
		counts[g.ID], known[g.ID] = all, map[int]bool{}
	}
	for _, d := range written {
		if i := d.Day - first[d.GroupID]; i >= 0 && i < healthDays-1 { // today is not over, whatever was written
			counts[d.GroupID][i] = DayCount{d.Day, d.Joins, d.Quits, d.Removals, d.Members, d.Posts}
			known[d.GroupID][d.Day] = true
		}
	}
	moving, err := sc.MovingIn(ids, sc.Now.Add(-(healthDays+1)*24*time.Hour))
	if err != nil {
		return nil, err
	}
	for _, m := range moving {
		add := func(at models.Millis, count func(*DayCount)) {
			day := local[m.GroupID].day(at)
			if i := day - first[m.GroupID]; at != 0 && i >= 0 && i < healthDays && !known[m.GroupID][day] {
				count(&counts[m.GroupID][i])
			}
		}
		add(m.JoinedAt, func(d *DayCount) { d.Joins++ })
		add(m.LeftAt, func(d *DayCount) {
			if m.Removed {
				d.Removals++
			} else {
				d.Quits++
			}
		})
	}
	for _, g := range groups { // how many there were at the end of a day is worked back from now
		n := members[g.ID]
		for i := healthDays - 1; i >= 0; i-- {
			d := &counts[g.ID][i]
			if !known[g.ID][d.Day] {
				d.Members = max(n, 0)
			}
			n -= d.Joins - d.Quits - d.Removals
		}
	}
	return counts, nil
}
