package bot

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"siyu/models"
)

// OrdinaryCapacity is how many people an ordinary WeChat group holds at most.
const OrdinaryCapacity = 500

// longestName is how many characters a group's name may have here; WeChat shows about thirty.
const longestName = 60

// GroupForm is what an organiser says of a group. Nil is left as it is, or, of a new group, as groups usually are.
type GroupForm struct {
	Name      *string
	Zone      *string // IANA; of a new group the community's
	Headcount *int
	Capacity  *int
	Again     bool // another group of this name is meant
}

// AddGroup registers an ordinary group, of which no platform tells. A WeCom group registers itself.
func (b *Bot) AddGroup(ctx context.Context, community models.CommunityID, f GroupForm, by models.AccountID) (models.Group, error) {
	var g models.Group
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		home, err := sc.LockCommunity() // two of one name, registered at the same time, are one
		if err != nil {
			return err
		}
		g = models.Group{Kind: models.OrdinaryGroup, Zone: home.Zone, Capacity: OrdinaryCapacity}
		if err := f.fill(sc, &g); err != nil {
			return err
		}
		if f.Headcount != nil {
			g.CountedAt = sc.Now
		}
		if err := sc.InsertGroup(&g); err != nil {
			return err
		}
		return sc.AddAudit(by, "group.add", "group:"+g.ID.String(), g.Name)
	})
	return g, err
}

// EditGroup changes what is known of a group by its organiser's word alone. Of a WeCom group that is its zone: WeCom tells
// the rest.
func (b *Bot) EditGroup(ctx context.Context, community models.CommunityID, id models.GroupID, f GroupForm, by models.AccountID) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		g, err := sc.LockGroup(id) // WeCom may rename it at this moment
		if err != nil {
			return noGroup(err)
		}
		if g.Kind == models.WeComGroup && (f.Name != nil || f.Headcount != nil || f.Capacity != nil) {
			return models.Errorf(models.Invalid, "group_not_ordinary", "WeCom tells this group's name and its head count by itself")
		}
		if err := f.fill(sc, &g); err != nil {
			return err
		}
		if err := sc.SetGroupWords(id, g.Name, g.Zone); err != nil {
			return err
		}
		if f.Headcount != nil || f.Capacity != nil {
			if err := setHeads(sc, g, GroupWay{Headcount: f.Headcount, Capacity: f.Capacity}); err != nil {
				return err
			}
		}
		return sc.AddAudit(by, "group.edit", "group:"+id.String(), f.changed())
	})
}

// RetireGroup ends an ordinary group by its organiser's word: nothing is planned for it any more, what its owner has is taken
// back, and everything on record stays. Saying its name confirms that this group is meant. A WeCom group ends at WeCom.
func (b *Bot) RetireGroup(ctx context.Context, community models.CommunityID, id models.GroupID, name string, by models.AccountID) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		g, err := handKept(sc, id)
		if err != nil || g.GoneAt != 0 {
			return err
		}
		if strings.TrimSpace(name) != g.Name {
			return models.Errorf(models.Invalid, "group_name_differs", "this is not the group's name").With("field", "name")
		}
		if err := b.groupGone(sc, id); err != nil {
			return err
		}
		return sc.AddAudit(by, "group.retire", "group:"+id.String(), g.Name)
	})
	b.jobs.Wake()
	return err
}

// RestoreGroup brings back an ordinary group that was retired. What was planned for it before does not come back.
func (b *Bot) RestoreGroup(ctx context.Context, community models.CommunityID, id models.GroupID, by models.AccountID) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		g, err := handKept(sc, id)
		if err != nil || g.GoneAt == 0 {
			return err
		}
		if g.MergedInto != 0 {
			return models.Errorf(models.Conflict, "group_merged", "the group has become part of another one")
		}
		if err := b.groupBack(sc, id); err != nil {
			return err
		}
		return sc.AddAudit(by, "group.restore", "group:"+id.String(), g.Name)
	})
}

// handKept finds a group of which only its organiser can tell.
func handKept(sc *models.Scope, id models.GroupID) (models.Group, error) {
	g, err := groupOf(sc, id)
	if err == nil && g.Kind != models.OrdinaryGroup {
		err = models.Errorf(models.Invalid, "group_not_ordinary", "WeCom tells whether this group is there")
	}
	return g, err
}

// fill puts what was said into the group, if it can be true.
func (f GroupForm) fill(sc *models.Scope, g *models.Group) error {
	if f.Name != nil || g.Name == "" {
		name := ""
		if f.Name != nil {
			name = strings.Join(strings.FieldsFunc(*f.Name, unicode.IsSpace), " ")
		}
		if name != g.Name || name == "" { // what it is called already was taken before
			if err := f.checkName(sc, g.ID, name); err != nil {
				return err
			}
		}
		g.Name = name
	}
	if f.Zone != nil {
		if err := CheckZone(*f.Zone); err != nil {
			return err
		}
		g.Zone = *f.Zone
	}
	if f.Headcount != nil {
		g.Headcount = *f.Headcount
	}
	if f.Capacity != nil {
		g.Capacity = *f.Capacity
	}
	if (f.Headcount != nil || f.Capacity != nil) && g.Headcount > g.Capacity {
		return models.Errorf(models.Invalid, "group_overfull", "more people than the group holds").With("field", "headcount").With("capacity", g.Capacity)
	}
	return nil
}

func (f GroupForm) checkName(sc *models.Scope, id models.GroupID, name string) error {
	if name == "" || name == models.UnnamedGroup || utf8.RuneCountInString(name) > longestName || strings.ContainsFunc(name, unicode.IsControl) {
		return models.Errorf(models.Invalid, "group_name_wrong", "a group needs a name of at most %d characters", longestName).
			With("field", "name").With("limit", longestName)
	}
	taken, err := sc.GroupNamed(name, id)
	if err != nil || !taken || f.Again {
		return err
	}
	return models.Errorf(models.Conflict, "group_name_taken", "another group has this name").With("field", "name").With("name", name)
}

// changed names the fields that were said, for the record.
func (f GroupForm) changed() string {
	var said []string
	for _, field := range []struct {
		name string
		set  bool
	}{{"name", f.Name != nil}, {"zone", f.Zone != nil}, {"headcount", f.Headcount != nil}, {"capacity", f.Capacity != nil}} {
		if field.set {
			said = append(said, field.name)
		}
	}
	return strings.Join(said, " ")
}

// CheckZone refuses what is no time zone of the IANA's. The machine's own zone is none: another machine has another.
func CheckZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return models.Errorf(models.Invalid, "zone_unknown", "no such time zone").With("field", "zone")
	}
	return nil
}
