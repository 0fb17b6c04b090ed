package month_test

import (
	"time"

	"siyu/models"
)

// members is how the groups' people compare.
type members struct {
	Groups   int `json:"groups"`   // customer groups, whose members WeCom tells
	Present  int `json:"present"`  // people who are really in them
	Met      int `json:"met"`      // people the server knows to have opened a card in an ordinary group
	Unplaced int `json:"unplaced"` // of these in a place that the book does not know to be the group yet

	Missing  int `json:"missing"`   // is in a group and not in the book
	Phantom  int `json:"phantom"`   // is in the book and not in the group
	Left     int `json:"left"`      // stays that ended
	Removed  int `json:"removed"`   // of these by removal, as the book says
	Untold   int `json:"untold"`    // of these whose callback was lost: nobody can know how they ended
	Brief    int `json:"brief"`     // stays that began and ended between two readings
	WrongEnd int `json:"wrong_end"` // is booked as having left, and was removed, or the other way round

	Confused int `json:"confused"` // two people in one row of the book, one in two, or one with another joining time
	Misbound int `json:"misbound"` // groups that the book takes for another one
}

// compareMembers compares person by person.
func (c *comparison) compareMembers(tr truth, b book) {
	who := map[string]models.MemberID{} // external userid -> member
	whose := map[models.MemberID]string{}
	for _, g := range tr.groups {
		row, known := b.groups[g.id]
		if !known {
			c.differ(&c.members.Misbound, "group %d is not in the book", g.n)
			continue
		}
		if row.OpenGID != nil && *row.OpenGID != g.openGID {
			c.differ(&c.members.Misbound, "group %d is taken for another one", g.n)
		}
		if g.kind == models.OrdinaryGroup {
			c.compareMet(tr, b, g)
			continue
		}
		c.compareRoom(b, g, who, whose)
		c.compareEnds(tr, b, g)
	}
}

// departure is somebody going from a customer group.
type departure struct {
	group      int
	who        string // external userid
	joined, at models.Millis
	removed    bool
	told       bool // the callback was not lost
}

// reading is how long a stay must have lasted to be seen whatever callbacks are lost: the groups are read every six hours.
const reading = models.Millis(7 * 3600_000)

// compareEnds compares how every stay in a customer group ended.
func (c *comparison) compareEnds(tr truth, b book, g place) {
	type stay struct {
		who    string
		joined models.Millis
	}
	ended := map[stay]models.GroupMember{}
	for _, m := range b.ended[g.id] {
		if !m.Staff {
			ended[stay{m.UserKey, m.JoinedAt}] = m
		}
	}
	for _, d := range tr.departures {
		if d.group != g.n {
			continue
		}
		m, known := ended[stay{d.who, d.joined}]
		delete(ended, stay{d.who, d.joined})
		switch {
		case !known && d.at-d.joined < reading:
			c.members.Brief++
			continue
		case !known:
			c.differ(&c.members.Missing, "group %d: a stay that ended is not in the book: %+v", g.n, d)
			continue
		case m.LeftAt < d.at/1000*1000 || m.LeftAt > d.at+reading+reading:
			c.differ(&c.members.Confused, "group %d: a stay ended at %s and the book says %s", g.n, d.at.Time(), m.LeftAt.Time())
		}
		c.members.Left++
		if m.Removed {
			c.members.Removed++
		}
		switch {
		case !d.told:
			c.members.Untold++
		case m.Removed != d.removed:
			c.differ(&c.members.WrongEnd, "group %d: %+v is booked as %+v", g.n, d, m)
		}
	}
	for _, m := range ended {
		c.differ(&c.members.Missing, "group %d: is booked as gone and never went: %+v", g.n, m)
	}
}

// compareRoom compares a customer group.
func (c *comparison) compareRoom(b book, g place, who map[string]models.MemberID, whose map[models.MemberID]string) {
	c.members.Groups++
	have := map[string]models.GroupMember{}
	for _, m := range b.present[g.id] {
		if m.Staff {
			if m.UserKey != g.owner {
				c.differ(&c.members.Phantom, "group %d: %s is taken for one of its staff, which is %s", g.n, m.UserKey, g.owner)
			}
			continue
		}
		if _, twice := have[m.UserKey]; twice {
			c.differ(&c.members.Confused, "group %d: somebody is in it twice: %+v", g.n, m)
		}
		have[m.UserKey] = m
	}
	for _, p := range g.present {
		c.members.Present++
		m, there := have[p.ExternalID]
		if !there {
			c.differ(&c.members.Missing, "group %d: %s joined at %s and is not in the book", g.n, p.Person, p.Joined)
			continue
		}
		delete(have, p.ExternalID)
		if !m.JoinedAt.Time().Equal(p.Joined.Truncate(time.Second)) {
			c.differ(&c.members.Confused, "group %d: %s joined at %s and the book says %s", g.n, p.Person, p.Joined, m.JoinedAt.Time())
		}
		if known, met := who[p.ExternalID]; met && known != m.MemberID || m.MemberID == 0 {
			c.differ(&c.members.Confused, "group %d: %s is two people: %s and %s", g.n, p.Person, known, m.MemberID)
		}
		if other, taken := whose[m.MemberID]; taken && other != p.ExternalID {
			c.differ(&c.members.Confused, "group %d: %s is taken for somebody else", g.n, p.Person)
		}
		who[p.ExternalID], whose[m.MemberID] = m.MemberID, p.ExternalID
	}
	for _, m := range have {
		c.differ(&c.members.Phantom, "group %d: somebody left and the book has her in it: %+v", g.n, m)
	}
}

// compareMet compares an ordinary group: nobody tells who comes and goes, so the book holds who was seen opening a card.
func (c *comparison) compareMet(tr truth, b book, g place) {
	opened, tried := map[string]bool{}, false
	for k, f := range tr.facts {
		if k.group != g.n {
			continue
		}
		tried = tried || f.tried > len(f.opened)
		for _, p := range f.openers {
			opened[g.names[p]] = true
		}
	}
	for id, row := range b.groups { // the place its cards were opened in may not be known to be this group yet
		if id != g.id && (row.OpenGID == nil || *row.OpenGID != g.openGID) || row.MergedInto != 0 {
			continue
		}
		for _, m := range b.present[id] {
			if !opened[m.UserKey] && !tried {
				c.differ(&c.members.Phantom, "group %d: somebody is in the book who opened nothing there: %+v", g.n, m)
			}
			delete(opened, m.UserKey)
			c.members.Met++
			if id != g.id {
				c.members.Unplaced++
			}
		}
	}
	for name := range opened {
		c.differ(&c.members.Missing, "group %d: %s opened a card there and is not in the book", g.n, name)
	}
}
