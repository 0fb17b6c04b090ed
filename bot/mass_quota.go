package bot

import (
	"time"

	"siyu/models"
	"siyu/throttle"
)

// chinaZone is where WeCom counts its days, weeks and months: its documents say so of quotas.
const chinaZone = "Asia/Shanghai"

// massCount is how many mass messages a group has had, as far as we know, in the present units of China's calendar, and the
// most in any unit of the month so far.
type massCount struct {
	today, week, month   int
	dayMost, weekMost    int
	days                 int // that the month has
	dayEnd, weekEnd, end models.Millis
}

// chinaUnits are the beginnings of the day, the week (a Monday) and the month an instant lies in, in China.
func chinaUnits(at models.Millis) (day, week, month time.Time) {
	china := time.FixedZone(chinaZone, 8*60*60)
	y, m, d := at.Time().In(china).Date()
	day = time.Date(y, m, d, 0, 0, 0, 0, china)
	return day, day.AddDate(0, 0, -(int(day.Weekday())+6)%7), time.Date(y, m, 1, 0, 0, 0, 0, china)
}

// countMasses counts messages by the times they appeared at; pure.
func countMasses(now models.Millis, at []models.Millis) massCount {
	day, week, month := chinaUnits(now)
	c := massCount{days: month.AddDate(0, 1, -1).Day(), dayEnd: models.MillisOf(day.AddDate(0, 0, 1)),
		weekEnd: models.MillisOf(week.AddDate(0, 0, 7)), end: models.MillisOf(month.AddDate(0, 1, 0))}
	days, weeks := map[int64]int{}, map[int64]int{} // by when they begin
	for _, t := range at {
		d, w, m := chinaUnits(t)
		days[d.Unix()]++
		weeks[w.Unix()]++
		c.dayMost, c.weekMost = max(c.dayMost, days[d.Unix()]), max(c.weekMost, weeks[w.Unix()])
		if m.Equal(month) {
			c.month++
		}
	}
	c.today, c.week = days[day.Unix()], weeks[week.Unix()]
	return c
}

// fits is the shortest of the limits that the platform documents (one a day, seven a week, as many in a month as that has
// days) by which a group with these messages is full now and never was overfull; empty: none is. A group that was refused on
// an earlier day, too, and has had nothing since, has a month's limit of its own.
func (c massCount) fits(refusedBefore bool) (models.CapUnit, int) {
	switch {
	case c.today == 1 && c.dayMost <= 1:
		return models.PerDay, 1
	case c.week == 7 && c.weekMost <= 7:
		return models.PerWeek, 7
	case c.month >= c.days:
		return models.PerMonth, c.days
	case refusedBefore && c.month > 0:
		return models.PerMonth, c.month
	}
	return "", 0
}

// until is when a limit lets a group have a message again; zero: now.
func (c massCount) until(per models.CapUnit, most int) models.Millis {
	var until models.Millis
	var had int
	switch per {
	case models.PerDay:
		until, had = c.dayEnd, c.today
	case models.PerWeek:
		until, had = c.weekEnd, c.week
	case models.PerMonth:
		until, had = c.end, c.month
	default:
		return 0
	}
	if had < c.limit(per, most) {
		return 0
	}
	return until
}

// shortMonth is the least number of days of a month: a limit of as many messages or more is one of the month's days.
const shortMonth = 28

// limit is how many messages a limit allows in the present unit.
func (c massCount) limit(per models.CapUnit, most int) int {
	if per == models.PerMonth && most >= shortMonth {
		return c.days
	}
	return most
}

// most is how many messages the fullest of the units of a limit has had.
func (c massCount) most(per models.CapUnit) int {
	return map[models.CapUnit]int{models.PerDay: c.dayMost, models.PerWeek: c.weekMost, models.PerMonth: c.month}[per]
}

// massesIn lists when mass messages appeared in some groups since the beginning of China's month and of its week; pending
// counts what may appear any time as now.
func massesIn(sc *models.Scope, groups []models.GroupID, pending bool) (map[models.GroupID][]models.Millis, error) {
	_, week, month := chinaUnits(sc.Now)
	since := min(models.MillisOf(week), models.MillisOf(month)) - 1
	posts, err := sc.LiveIn(groups, nil, since)
	if err != nil {
		return nil, err
	}
	own, err := sc.OrganicPosts(groups, since)
	if err != nil {
		return nil, err
	}
	at := make(map[models.GroupID][]models.Millis, len(groups))
	for _, p := range posts {
		switch {
		case p.SentAt > since:
			at[p.GroupID] = append(at[p.GroupID], p.SentAt)
		case pending && p.SentAt == 0:
			at[p.GroupID] = append(at[p.GroupID], sc.Now)
		}
	}
	for _, p := range own {
		if p.Kind == models.OrganicMass {
			at[p.GroupID] = append(at[p.GroupID], p.At)
		}
	}
	return at, nil
}

// learnFull books that the platform let no message into a group: it is asked again when the limit that fits what the group
// has had would let it, or the next day of China's calendar if none does.
func (b *Bot) learnFull(sc *models.Scope, group models.GroupID) error {
	g, err := sc.LockGroup(group)
	if err != nil {
		return err
	}
	at, err := massesIn(sc, []models.GroupID{group}, false)
	if err != nil {
		return err
	}
	c := countMasses(sc.Now, at[group])
	before := countMasses(g.QuotaAt, at[group])
	refused := g.QuotaAt != 0 && before.end == c.end && before.dayEnd < c.dayEnd && g.QuotaMonth == c.month
	q := models.MassQuota{At: sc.Now, Today: c.today, Week: c.week, Month: c.month}
	q.Per, q.Most = c.fits(refused)
	until := c.until(q.Per, q.Most)
	return sc.SetMassQuota(group, q, max(until, c.dayEnd))
}

// learnSent forgets what was learnt of groups that have had more than it allows.
func (b *Bot) learnSent(sc *models.Scope, group models.GroupID) error {
	g, err := sc.Group(group)
	if err != nil || g.QuotaPer == "" {
		return err
	}
	at, err := massesIn(sc, []models.GroupID{group}, false)
	if err != nil {
		return err
	}
	c := countMasses(sc.Now, at[group])
	if c.most(g.QuotaPer) <= c.limit(g.QuotaPer, g.QuotaMost) {
		return nil
	}
	return sc.SetMassQuota(group, models.MassQuota{}, 0)
}

// fullUntil is when the groups that are asked about may have a mass message again, of those whose limit was learnt and is
// used up. What is pending counts.
func fullUntil(sc *models.Scope, asks []throttle.Ask) (map[models.GroupID]models.Millis, error) {
	until := map[models.GroupID]models.Millis{}
	var ids []models.GroupID
	for _, a := range asks {
		if a.Group.QuotaPer != "" {
			ids = append(ids, a.Group.ID)
		}
	}
	if len(ids) == 0 {
		return until, nil
	}
	at, err := massesIn(sc, ids, true)
	if err != nil {
		return nil, err
	}
	for _, a := range asks {
		if a.Group.QuotaPer != "" {
			until[a.Group.ID] = countMasses(a.Now, at[a.Group.ID]).until(a.Group.QuotaPer, a.Group.QuotaMost)
		}
	}
	return until, nil
}
