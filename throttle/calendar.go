package throttle

// Unit is a stretch of the local calendar.
type Unit uint8

// The units. A week begins on Monday.
const (
	noUnit Unit = iota
	Day
	Week
	Month
)

// Calendar allows at most K posts of its scope in one local day, week or month of the group's zone; with PerDay at most K
// for each day the unit has (WeCom lets a group have as many mass messages a month as the month has days). The date is what
// the local clock shows, instant by instant: a day may have 23 or 25 hours, and one that the zone skips does not occur. A
// post that is still pending counts in every unit it may fall into.
type Calendar struct {
	Scope  Scope
	K      int
	PerDay bool
	Unit   Unit
	Code   Reason // what to tell people when this rule refuses
}

func (r Calendar) code() Reason {
	if r.Code != None {
		return r.Code
	}
	return r.Scope.code()
}

// turns is the first instant after t at which a day, week or month ends that some calendar rule counts in.
func (in *Input) turns(t int64) int64 {
	until := Never
	if in.Clock == nil {
		return until
	}
	var seen [Month + 1]bool
	for _, r := range in.Calendar {
		if r.Unit == noUnit || r.Unit > Month || seen[r.Unit] {
			continue
		}
		seen[r.Unit] = true
		_, end := in.Clock.bucket(t, r.Unit)
		until = min(until, end)
	}
	return until
}

// refuses reports whether a candidate that could be sent from s on, within one unit, would break the rule: until is then
// the first instant after s that lies in a unit with room (Never for a rule that can never hold), and over tells that the
// entries alone, without the candidate, exceed the limit.
func (r Calendar) refuses(c *Input, s int64) (until int64, over bool) {
	if r.K <= 0 || r.Unit == noUnit || r.Unit > Month || c.Clock == nil {
		return Never, false
	}
	id, end := c.Clock.bucket(s, r.Unit)
	n, k := r.depth(c, s, id), r.limit(id)
	if n < k {
		return 0, false
	}
	over = n > k && r.Scope.among()
	for n >= k && end != Never { // beyond the last entry there is room
		until = end
		id, end = c.Clock.bucket(until, r.Unit)
		n, k = r.depth(c, until, id), r.limit(id)
	}
	if n >= k {
		return Never, over
	}
	return until, over
}

// limit is how many the unit with this number may have.
func (r Calendar) limit(id int64) int {
	if !r.PerDay {
		return r.K
	}
	switch r.Unit {
	case Week:
		return 7 * r.K
	case Month:
		return int(monthStart(id+1)-monthStart(id)) * r.K
	case noUnit, Day:
	}
	return r.K
}

// depth is the number of counted entries that may fall into the unit with this number, of which x is an instant.
func (r Calendar) depth(c *Input, x, id int64) int {
	reach := c.Clock.day * reaches(r.Unit)
	n := 0
	for i := range c.Live {
		l := &c.Live[i]
		if l.E >= x-reach && l.S <= after(x, reach) && r.Scope.counts(l, c) && c.Clock.touches(l.Interval, r.Unit, id) {
			n++
		}
	}
	return n
}

// reaches is how many days a unit can reach in either direction at most: no zone's changes shift a date by more than four.
func reaches(u Unit) int64 { return [...]int64{noUnit: 0, Day: 5, Week: 11, Month: 35}[min(u, Month)] }

// touches reports whether any instant of the interval lies in the unit with this number.
func (c *Clock) touches(l Interval, u Unit, id int64) bool {
	for t := l.S; t <= l.E; {
		at, until := c.bucket(t, u)
		if at == id {
			return true
		}
		if until == Never {
			return false
		}
		t = until
	}
	return false
}

// bucket numbers the local day, week or month of t, and tells the first instant after t that lies in another one.
func (c *Clock) bucket(t int64, u Unit) (id, until int64) {
	i := c.at(t)
	local := t + c.offsets[i].utc
	id = c.number(local, u)
	for {
		until = t + c.start(id+1, u) - local
		if until < c.offsets[i].until {
			return id, until
		}
		t = c.offsets[i].until // the clock changes before the unit ends: it may end with that, or never
		if t == Never {
			return id, Never
		}
		i++
		local = t + c.offsets[i].utc
		if c.number(local, u) != id {
			return id, t
		}
	}
}

// number is the unit a local reading lies in, counted from the local epoch.
func (c *Clock) number(local int64, u Unit) int64 {
	d := floor(local, c.day)
	switch u {
	case Week:
		return floor(d+3, 7) // the epoch was a Thursday
	case Month:
		return monthOf(d)
	case noUnit, Day:
	}
	return d
}

// start is the local reading at which the unit with this number begins.
func (c *Clock) start(id int64, u Unit) int64 {
	switch u {
	case Week:
		id = id*7 - 3
	case Month:
		id = monthStart(id)
	case noUnit, Day:
	}
	return id * c.day
}

// The Gregorian calendar repeats after 400 years of 146,097 days. Years are counted from March on, so that the leap day is
// the last of its year, and a month's first day is linear in its number: 153 days in five months.
const (
	eraDays   = 146_097
	eraOffset = 719_468 // days from 0000-03-01 to 1970-01-01
)

// monthOf is the month, counted from January 1970, of the day with this number.
func monthOf(day int64) int64 {
	day += eraOffset
	era := floor(day, eraDays)
	d := day - era*eraDays
	year := (d - d/1460 + d/36_524 - d/146_096) / 365
	inYear := d - (365*year + year/4 - year/100)
	month := (5*inYear + 2) / 153 // 0 is March
	return (era*400+year)*12 + month + 2 - 1970*12
}

// monthStart is the number of the first day of a month.
func monthStart(month int64) int64 {
	m := month + 1970*12 - 2 // counted from March of the year 0
	year := floor(m, 12)
	era := floor(year, 400)
	y := year - era*400
	return era*eraDays + 365*y + y/4 - y/100 + (153*(m-year*12)+2)/5 - eraOffset
}

// floor is a divided by m > 0, rounded down.
func floor(a, m int64) int64 {
	q := a / m
	if a%m < 0 {
		q--
	}
	return q
}
