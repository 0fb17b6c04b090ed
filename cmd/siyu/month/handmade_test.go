package month_test

import (
	"fmt"
	"strings"

	"siyu/models"
)

// compareEntered looks for every post that the organiser entered, and returns the keys of the sponsored ones.
func (c *comparison) compareEntered(tr truth, b book) map[string]bool {
	places := map[string]models.Placement{}
	for _, p := range b.placements {
		places[p.Idem] = p
	}
	known := map[string]bool{}
	for _, e := range tr.entered {
		g := tr.groups[e.group]
		idem := "external:" + g.id.String() + ":" + e.key
		p, there := places[idem]
		if !e.sponsored {
			o := b.byIdem[models.Digest([]byte("hand:"+g.id.String()+":"+e.key))]
			there = o.GroupID == g.id && o.At == e.at && o.Kind == models.OrganicMass
		} else if there = there && booked(p) && p.SentAt == e.at; there {
			known[idem] = true
		}
		if !there {
			c.differ(&c.posts.Missing, "entered by the organiser and not in the book: %+v in group %d", e, e.group)
			continue
		}
		c.posts.Entered++
	}
	return known
}

// compareOrganic compares the mass messages that staff sent by themselves, without a card of ours, one by one in each group.
func (c *comparison) compareOrganic(tr truth, b book) {
	places := map[string]models.GroupID{}
	for _, g := range tr.groups {
		places[g.sim] = g.id
	}
	really := map[string]bool{}
	for _, a := range tr.appeared {
		if g, ours := places[a.Group]; ours && tr.masses[a.MsgID] && (a.AppID == "" || b.isRun(codeOf(a.Page))) {
			really[fmt.Sprintf("%s %d", g, models.MillisOf(a.At)/1000)] = true
		}
	}
	for _, o := range b.organic {
		if o.Kind != models.OrganicMass || o.AccountID != 0 || strings.HasPrefix(o.Idem, "run:") {
			continue // somebody's, or a run's
		}
		at := fmt.Sprintf("%s %d", o.GroupID, o.At/1000)
		if !really[at] {
			c.differ(&c.posts.Phantom, "booked as staff's own message and did not appear: %+v", o)
			continue
		}
		delete(really, at)
		c.posts.Organic++
	}
	for at := range really {
		c.differ(&c.posts.Missing, "staff's own message is not in the book: group and second %s", at)
	}
}
