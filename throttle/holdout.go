package throttle

import (
	"siyu/models"
	"siyu/throttle/lift"
)

// maxSeasons bounds the search for a season in which a group is not held out. At most half of the groups are, so that many
// in a row do not happen.
const maxSeasons = 64

// arm is what a group gets at a time by its rules' holdout, and until when that is so.
func (p *policy) arm(community models.CommunityID, group models.GroupID, at int64) (lift.Arm, lift.Season) {
	h := p.limits.Holdout
	if h == nil {
		return lift.Full, lift.SeasonAt(0, at)
	}
	s := lift.SeasonAt(h.SeasonDays, at)
	return lift.Draw(int64(community), int64(group), s, lift.Shares{None: h.Percent, Half: h.HalfPercent}), s
}

// under makes the kernel's question that of a season: with the halved rules, or with a gate.
func (p *policy) under(in Input, arm lift.Arm, s lift.Season) Input {
	switch arm {
	case lift.None:
		in.Gates = append(in.Gates[:len(in.Gates):len(in.Gates)], Gate{Until: s.To, Code: HeldOut})
	case lift.Half:
		in.Rules, in.Calendar = p.halfRules, p.halfCalendar
	case lift.Full:
	}
	return in
}

// verdict asks the kernel, and corrects the next time for what other seasons allow: the kernel knows only the one it is
// asked in. in is the question of the season of now.
func (d *desk) verdict(group models.GroupID, in Input, now int64) Verdict {
	v := Decide(in, now)
	pol := d.policies[group]
	if v.Allow || v.Next == Never || pol.limits.Holdout == nil { // what never opens does not open in another season
		return v
	}
	_, s := pol.arm(d.sc.Community, group, now)
	gates := in.Gates
	if n := len(gates); n > 0 && gates[n-1].Code == HeldOut {
		gates = gates[:n-1] // under puts it last
	}
	next := v.Next
	for range maxSeasons {
		if next < s.To {
			v.Next = next
			return v
		}
		t := s.To
		s = lift.Numbered(s.Days, s.Number+1)
		arm, _ := pol.arm(d.sc.Community, group, t)
		ask := in
		ask.Gates, ask.Rules, ask.Calendar = gates, pol.rules, pol.calendar
		if again := Decide(pol.under(ask, arm, s), t); again.Allow {
			next = t
		} else {
			next = again.Next
		}
	}
	v.Next = next
	return v
}

// halve makes rules that allow half as many sponsored posts of a group, a brand or a category: half of an even number, and
// of an odd one the same number in twice the time. What keeps one offer from itself or from others stays as it is, and so
// does what counts organic posts: that is the platform's.
func halve(rules []Rule, calendar []Calendar) ([]Rule, []Calendar) {
	half := func(s Scope) bool { return s == ScopeGroup || s == ScopeBrand || s == ScopeCategory }
	r := make([]Rule, 0, len(rules)+len(calendar))
	for _, x := range rules {
		if half(x.Scope) {
			x.K, x.W = halved(x.K, x.W)
		}
		r = append(r, x)
	}
	c := make([]Calendar, 0, len(calendar))
	for _, x := range calendar {
		if half(x.Scope) && x.K > 1 {
			x.K /= 2
		} else if half(x.Scope) && x.K == 1 && !x.PerDay {
			r = append(r, Rule{Scope: x.Scope, K: 1, W: 2 * unitMillis(x.Unit), Code: x.code()}) // of two units one is left out
		}
		c = append(c, x)
	}
	return r, c
}

func halved(k int, w int64) (int, int64) {
	if k > 0 && k%2 == 0 {
		return k / 2, w
	}
	return k, after(w, w)
}

// unitMillis is the usual length of a calendar unit.
func unitMillis(u Unit) int64 {
	return [...]int64{noUnit: 0, Day: dayMillis, Week: 7 * dayMillis, Month: 30 * dayMillis}[min(u, Month)]
}
