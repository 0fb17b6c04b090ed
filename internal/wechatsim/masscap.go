package wechatsim

import "time"

// What get_groupmsg_send_result says of a group (document 93338).
const (
	statusSent    = 1
	statusLimited = 3
)

// full says whether a group takes no further mass message now: by its own cap
// of the day, of the week or of the month in China's calendar. Without any it
// takes as many in a month as that has days.
func (g *Group) full(now time.Time) bool {
	today := dayOf(now)
	week := today.AddDate(0, 0, -(int(today.Weekday())+6)%7) // its Monday
	month := today.AddDate(0, 0, 1-today.Day())
	if g.daily > 0 && g.massesSince(today) >= g.daily || g.weekly > 0 && g.massesSince(week) >= g.weekly {
		return true
	}
	most := g.monthly
	if most == 0 {
		most = month.AddDate(0, 1, -1).Day()
	}
	return g.massesSince(month) >= most
}

// dayOf is the beginning of a day in China.
func dayOf(now time.Time) time.Time {
	y, m, d := now.In(china()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, china())
}

// massesSince counts the mass messages that reached a group; they are kept in
// the order of their times.
func (g *Group) massesSince(from time.Time) int {
	n := 0
	for i := len(g.masses) - 1; i >= 0 && !g.masses[i].Before(from); i-- {
		n++
	}
	return n
}
