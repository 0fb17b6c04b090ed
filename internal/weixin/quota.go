package weixin

import "time"

// reserveShare is the part of a day's quota that work of low priority may use up. The rest is for answers to people.
const reserveShare = 0.9

// learnShare is the part of a day's quota after which the platform is asked what the quota really is.
const learnShare = 0.8

// endShare is the last part of a learnt quota, in which instances agree on every call. Before it they tell each other every
// few seconds, in which they call less than that.
const endShare = 0.1

// smallQuota is a quota in which they always do: its part might be gone within those seconds, and so few calls cost nothing.
const smallQuota = 5_000

// learnEvery is how often the platform is asked about one API at most: asking counts as a call.
const learnEvery = time.Hour

// Limit is how often one API may be called. Zero means that it is not known.
type Limit struct {
	Calls  int64         // in a period: a day in China, a month for clearing quotas
	Burst  int64         // in a window
	Window time.Duration // of Burst
}

// DefaultLimits are the documented limits of newly registered accounts, by path (platform documentation "call quotas",
// and of each API). An account's own are learnt from the platform, which knows better.
func DefaultLimits() map[string]Limit {
	mass := Limit{Calls: 100, Burst: 60, Window: time.Minute}
	return map[string]Limit{
		"/cgi-bin/token":                 {Calls: 2_000},
		"/cgi-bin/stable_token":          {Calls: 500_000, Burst: 10_000, Window: time.Minute},
		"/cgi-bin/menu/create":           {Calls: 1_000},
		"/cgi-bin/menu/get":              {Calls: 10_000},
		"/cgi-bin/message/custom/send":   {Calls: 500_000},
		"/cgi-bin/message/mass/sendall":  mass,
		"/cgi-bin/message/mass/send":     mass,
		"/cgi-bin/message/template/send": {Calls: 100_000},
		"/cgi-bin/user/get":              {Calls: 500},
		"/cgi-bin/user/info":             {Calls: 5_000_000},
		"/wxa/generate_urllink":          {Calls: 500_000},
		clearPath:                        {Calls: 10},
	}
}

const clearPath = "/cgi-bin/clear_quota"

// periodOf is the period in which calls of an API are counted: a day in China as 20260301, a month as 20260300.
func periodOf(api string, now time.Time) int {
	day := inChina(now)
	period := day.Year()*10000 + int(day.Month())*100
	if api == clearPath {
		return period
	}
	return period + day.Day()
}

// periodEnd is when the counts of an API begin anew.
func periodEnd(api string, now time.Time) time.Time {
	if api == clearPath {
		return chinaMonth(now)
	}
	return chinaMidnight(now)
}

// usage is how often one API of one account was called, and may be. It knows no clock.
type usage struct {
	period   int
	from, to time.Time // of the period
	total    int64     // in the period, by all instances, as of the last look into the store
	delta    int64     // by this instance since
	own      int64     // by this instance ever
	flying   int64     // by this instance, not answered yet
	limit    Limit
	learntAt time.Time // zero: the limit is a default
	asked    time.Time // when the platform was asked for the limit
	windowAt time.Time
	inWindow int64
}

func (u *usage) used() int64 { return u.total + u.delta }

// turn begins a new period or window when its time has come. What a period that is over has not told the store is of no
// use to anybody.
func (u *usage) turn(api string, now time.Time) {
	if now.Before(u.from) || !now.Before(u.to) {
		if p := periodOf(api, now); p != u.period {
			u.period, u.total, u.delta = p, 0, 0
		}
		u.from, u.to = now, periodEnd(api, now)
	}
	if w := u.limit.Window; w > 0 && !now.Truncate(w).Equal(u.windowAt) {
		u.windowAt, u.inWindow = now.Truncate(w), 0
	}
}

// allows says until when one more call must wait and with which code the platform would refuse it. A default limit stops
// nobody: the account's own may be higher.
func (u *usage) allows(api string, now time.Time, low bool) (time.Time, int, bool) {
	u.turn(api, now)
	switch calls := u.limit.Calls; {
	case calls > 0 && !u.learntAt.IsZero() && u.used() >= calls:
		return periodEnd(api, now), 45009, false
	case calls > 0 && api == clearPath && u.used() >= calls: // this one is not per account
		return periodEnd(api, now), 48006, false
	case calls > 0 && low && float64(u.used()) >= reserveShare*float64(calls):
		return periodEnd(api, now), 45009, false
	case u.limit.Burst > 0 && u.inWindow >= u.limit.Burst:
		return u.windowAt.Add(u.limit.Window), 45011, false
	}
	return now, 0, true
}

// closes reports whether a learnt quota is close to its end.
func (u *usage) closes() bool {
	if u.learntAt.IsZero() || u.limit.Calls <= 0 {
		return false
	}
	return u.limit.Calls <= smallQuota || float64(u.limit.Calls-u.used()) <= endShare*float64(u.limit.Calls)
}

// add counts calls; fewer than none when one was not made after all.
func (u *usage) add(n int64) { u.delta, u.own, u.inWindow = u.delta+n, u.own+n, u.inWindow+n }

// wantsLimit reports whether it is time to ask the platform for the real limit.
func (u *usage) wantsLimit(now time.Time) bool {
	return u.limit.Calls > 0 && float64(u.used()) >= learnShare*float64(u.limit.Calls) && !now.Before(u.asked.Add(learnEvery))
}

// seen is what this instance had called when it asked the platform.
type seen struct{ own, flying int64 }

// take takes over what the platform says of the limit and of the calls, to which it adds those it may not have seen.
// Calls that other instances have not told the store yet are counted twice then: too careful for an hour. Where our count
// holds calls back, a platform that counts a little less is not believed: it has not seen what others have under way, and
// every instance that asks at this moment would take the difference off.
func (u *usage) take(limit Limit, used int64, asked seen, now time.Time) {
	told := used + asked.flying + u.own - asked.own
	held := !u.learntAt.IsZero() && u.used() >= u.limit.Calls
	u.limit, u.learntAt = limit, now
	if held && float64(told) >= (1-endShare)*float64(limit.Calls) {
		return
	}
	u.delta += told - u.used()
}

// quotaHalt is the halt of an API after a refusal for too many calls. A platform whose day has not turned yet when ours
// has is asked again every minute; WeCom's code for too many calls means the minute first and then the hour.
func quotaHalt(h halt, r refusal, kind Kind) (halt, bool) {
	until, known := resumeAt(r.code, kind, r.now)
	if !known {
		return h, false
	}
	switch {
	case r.code == 44990:
		return h.lasting(r, time.Second+time.Duration(r.jitter*float64(time.Second)/2)), true
	case r.code == 45009 && kind == WeCom:
		return h.longer(r, time.Minute, time.Hour), true
	case r.code == 45009 && h.on() && h.code == r.code && !chinaMidnight(h.since).After(r.now) &&
		r.now.Sub(chinaMidnight(r.now).AddDate(0, 0, -1)) < midnightSlack:
		return h.lasting(r, time.Minute), true
	}
	return h.lasting(r, until.Sub(r.now)), true
}

// midnightSlack is how long after China's midnight the platform may still count yesterday.
const midnightSlack = 30 * time.Minute
