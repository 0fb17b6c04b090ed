package bot

import (
	"cmp"
	"math"
	"slices"
	"time"

	"siyu/models"
)

// Grade is how a group, or one sign of it, is doing.
type Grade string

// The grades. A group's is that of its worst sign.
const (
	GradeGood    Grade = "good"
	GradeWatch   Grade = "watch"   // worth a look
	GradeBad     Grade = "bad"     // something is to be done
	GradeUnknown Grade = "unknown" // nobody can tell
)

// The signs of a group's health.
const (
	SignGone     = "gone"         // the group is no more
	SignOwner    = "owner"        // whether somebody is responsible
	SignQuits    = "quits"        // members who left by themselves within 7 days, of those there were
	SignFull     = "full"         // people of those the group holds
	SignCount    = "count"        // age of a head count that was entered by hand
	SignInvite   = "invite"       // hours until the QR code ends
	SignQuiet    = "quiet"        // days since the last post
	SignBalance  = "balance"      // posts of value for one sponsored post
	SignResponse = "response"     // hours from a task's opening to its post
	SignUnposted = "unposted"     // share of the tasks that were not posted in time
	SignRow      = "unposted_row" // tasks in a row that were not posted
	SignReminded = "reminded"     // share of the posted tasks that needed a reminder
	SignPending  = "pending"      // tasks that wait for their owner
	SignSync     = "sync"         // hours since WeCom was last asked who is in the group
	SignActive   = "active"       // share of the members seen in the Mini Program
)

// Sign is one thing that tells how a group is doing: what was seen, from what value on it is worth a word, and how bad it is.
// Its unit and its words belong to its name.
type Sign struct {
	Name      string         `json:"sign"`
	Grade     Grade          `json:"grade"`
	Value     float64        `json:"value"`
	Threshold float64        `json:"threshold"`
	Unit      string         `json:"unit"`           // percent, days, hours, ratio, count, or empty
	Args      map[string]any `json:"args,omitempty"` // more that its words say
}

// DayCount is who came and went on one day.
type DayCount struct {
	Day      int `json:"day"` // of the group's calendar, counted from 1 January 1970
	Joins    int `json:"joins"`
	Quits    int `json:"quits"`
	Removals int `json:"removals"`
	Members  int `json:"members"` // at its end
	Posts    int `json:"posts"`   // sponsored ones
}

// Flow is who came and went in a number of days.
type Flow struct {
	Joins    int `json:"joins"`
	Quits    int `json:"quits"`
	Removals int `json:"removals"`
	Net      int `json:"net"`
}

// healthDays is how many days a group's health looks back.
const healthDays = 28

// HealthFacts is everything a group's health is worked out from.
type HealthFacts struct {
	Group   models.Group
	Limits  models.HealthLimits
	Days    []DayCount // the last [healthDays], the last of them today
	Members int        // known people who are in it now
	Active  int        // of them seen in the Mini Program
	Posted  models.Posted
	Tasks   []models.GivenTask // that it was given, oldest first
	Shared  bool               // the team has several people, so that it matters whose a group is
	Orphan  bool               // it was somebody's who has left
	Holder  models.AccountID
}

// Health is how a group is doing, and why.
type Health struct {
	Grade Grade      `json:"grade"`
	Signs []Sign     `json:"signs"` // the worst first
	Day   Flow       `json:"d1"`
	Week  Flow       `json:"d7"`
	Month Flow       `json:"d28"`
	Days  []DayCount `json:"days"`
}

// Judge works out how a group is doing. It is a pure function of the facts.
func (f HealthFacts) Judge(now models.Millis) Health {
	h := Health{Day: flow(f.Days, 1), Week: flow(f.Days, 7), Month: flow(f.Days, healthDays), Days: f.Days}
	if f.Group.GoneAt != 0 {
		h.Grade, h.Signs = GradeBad, []Sign{{Name: SignGone, Grade: GradeBad}}
		return h
	}
	h.Signs = append(f.people(h, now), f.posting(now)...)
	order := map[Grade]int{GradeBad: 0, GradeWatch: 1, GradeGood: 2, GradeUnknown: 3}
	slices.SortStableFunc(h.Signs, func(a, b Sign) int { return cmp.Compare(order[a.Grade], order[b.Grade]) })
	h.Grade = GradeUnknown
	if len(h.Signs) > 0 {
		h.Grade = h.Signs[0].Grade
	}
	return h
}

// Badness is larger the worse a group is doing: bad signs first, then those to watch.
func (h Health) Badness() int {
	n := 0
	for _, s := range h.Signs {
		switch s.Grade {
		case GradeBad:
			n += 100
		case GradeWatch:
			n++
		case GradeGood, GradeUnknown:
		}
	}
	return n
}

func flow(days []DayCount, last int) Flow {
	var f Flow
	for _, d := range days[max(0, len(days)-last):] {
		f.Joins += d.Joins
		f.Quits += d.Quits
		f.Removals += d.Removals
	}
	f.Net = f.Joins - f.Quits - f.Removals
	return f
}

// above grades a value that is bad from a threshold on and worth a look from a part of it on.
func above(name string, value, threshold, watch float64, unit string) Sign {
	s := Sign{Name: name, Grade: GradeGood, Value: rounded(value), Threshold: threshold, Unit: unit}
	switch {
	case value >= threshold:
		s.Grade = GradeBad
	case value >= watch:
		s.Grade = GradeWatch
	}
	return s
}

func rounded(x float64) float64 { return math.Round(x*100) / 100 }

func unknown(name string, threshold float64, unit string) Sign {
	return Sign{Name: name, Grade: GradeUnknown, Threshold: threshold, Unit: unit}
}

func hours(d time.Duration) float64 { return d.Hours() }

func daysOf(d time.Duration) float64 { return d.Hours() / 24 }

// people are the signs of who is in the group and whose it is.
func (f HealthFacts) people(h Health, now models.Millis) []Sign {
	g, l := f.Group, f.Limits
	owner := Sign{Name: SignOwner, Grade: GradeGood}
	switch {
	case f.Orphan:
		owner.Grade, owner.Args = GradeBad, map[string]any{"left": true}
	case f.Shared && f.Holder == 0:
		owner.Grade, owner.Args = GradeWatch, map[string]any{"left": false}
	}
	signs := []Sign{owner, f.fullness()}
	signs = append(signs, f.invite(now)...)
	if g.Kind == models.WeComGroup {
		before := f.Members - h.Week.Net
		if before > 0 {
			s := above(SignQuits, float64(h.Week.Quits)/float64(before)*100, l.QuitShare*100, l.QuitShare*60, "percent")
			s.Args = map[string]any{"quits": h.Week.Quits}
			signs = append(signs, s)
		} else {
			signs = append(signs, unknown(SignQuits, l.QuitShare*100, "percent"))
		}
		if read := max(g.SyncedAt, g.CountedAt); read == 0 {
			signs = append(signs, unknown(SignSync, float64(l.SyncHours), "hours"))
		} else {
			signs = append(signs, above(SignSync, hours(now.Sub(read)), float64(l.SyncHours), float64(l.SyncHours)*0.75, "hours"))
		}
	} else {
		if g.CountedAt == 0 {
			signs = append(signs, Sign{Name: SignCount, Grade: GradeWatch, Threshold: float64(l.CountDays), Unit: "days", Args: map[string]any{"never": true}})
		} else {
			signs = append(signs, above(SignCount, daysOf(now.Sub(g.CountedAt)), float64(l.CountDays), float64(l.CountDays)*0.75, "days"))
		}
	}
	if f.Members == 0 {
		return append(signs, unknown(SignActive, l.ActiveShare*100, "percent"))
	}
	active := Sign{Name: SignActive, Grade: GradeGood, Value: rounded(float64(f.Active) / float64(f.Members) * 100),
		Threshold: l.ActiveShare * 100, Unit: "percent", Args: map[string]any{"active": f.Active, "members": f.Members}}
	if active.Value < active.Threshold {
		active.Grade = GradeWatch // many groups live well without it
	}
	return append(signs, active)
}

// fullness is how many of the people a group holds are in it.
func (f HealthFacts) fullness() Sign {
	l := float64(f.Limits.FullPercent)
	heads := max(f.Group.Headcount, f.Members)
	if f.Group.Capacity <= 0 || heads == 0 {
		return unknown(SignFull, l, "percent")
	}
	s := above(SignFull, float64(heads)/float64(f.Group.Capacity)*100, l, l-10, "percent")
	s.Args = map[string]any{"heads": heads, "capacity": f.Group.Capacity}
	return s
}

// invite is how long a group's QR code still works; no sign if it has none that ends.
func (f HealthFacts) invite(now models.Millis) []Sign {
	ends := f.Group.InviteExpiresAt
	if ends == 0 {
		return nil
	}
	left := hours(ends.Sub(now))
	s := Sign{Name: SignInvite, Grade: GradeGood, Value: rounded(max(left, 0)), Threshold: float64(f.Limits.InviteHours), Unit: "hours",
		Args: map[string]any{"ends_at": ends}}
	switch {
	case left <= 24:
		s.Grade = GradeBad
	case left <= s.Threshold:
		s.Grade = GradeWatch
	}
	return []Sign{s}
}

// posting are the signs of what is posted, and of who posts it.
func (f HealthFacts) posting(now models.Millis) []Sign {
	l := f.Limits
	last := max(f.Posted.LastValue, f.Posted.LastSponsored, f.Group.CreatedAt)
	quiet := above(SignQuiet, daysOf(now.Sub(last)), float64(l.QuietDays), float64(l.QuietDays)*0.5, "days")
	quiet.Args = map[string]any{"value_at": f.Posted.LastValue, "sponsored_at": f.Posted.LastSponsored}
	signs := []Sign{quiet, f.balance()}
	var took []float64
	posted, unposted, reminded, pending, row := 0, 0, 0, 0, 0
	for _, t := range f.Tasks {
		switch {
		case t.State == models.TaskDone:
			posted, row = posted+1, 0
			if t.Reminded > 0 {
				reminded++
			}
			if t.OpenedAt != 0 && t.PostedAt != 0 { // whoever says it may have looked at a clock that is a little slow
				took = append(took, max(hours(t.PostedAt.Sub(t.OpenedAt)), 0))
			}
		case t.State == models.TaskCancelled && ownersDoing(t.Why):
			unposted, row = unposted+1, row+1
		case t.State == models.TaskOpen:
			pending++
		}
	}
	return append(signs, f.owners(took, posted, unposted, reminded, row, pending)...)
}

// ownersDoing reports whether a task was not posted because of the group's owner, and not of an order or of the platform.
func ownersDoing(why string) bool {
	return why == reasonSilent || why == "owner_skipped" || why == "owner_cannot"
}

// owners are the signs of how the tasks were done.
func (f HealthFacts) owners(took []float64, posted, unposted, reminded, row, pending int) []Sign {
	l := f.Limits
	all := posted + unposted
	signs := []Sign{{Name: SignPending, Grade: GradeGood, Value: float64(pending), Unit: "count"}}
	r := above(SignRow, float64(row), float64(l.UnpostedRow), float64(max(1, l.UnpostedRow-1)), "count")
	signs = append(signs, r)
	if all == 0 {
		return append(signs, unknown(SignUnposted, l.UnpostedShare*100, "percent"), unknown(SignResponse, float64(l.ResponseHours), "hours"))
	}
	share := above(SignUnposted, float64(unposted)/float64(all)*100, max(l.UnpostedShare*100, 0.01), max(l.UnpostedShare*50, 0.01), "percent")
	share.Args = map[string]any{"unposted": unposted, "tasks": all}
	signs = append(signs, share)
	if len(took) > 0 {
		slices.Sort(took)
		s := above(SignResponse, quantile(took, 0.5), float64(l.ResponseHours), float64(l.ResponseHours)*0.5, "hours")
		s.Args = map[string]any{"p90": rounded(quantile(took, 0.9)), "tasks": len(took)}
		signs = append(signs, s)
	}
	if posted > 0 {
		signs = append(signs, Sign{Name: SignReminded, Grade: GradeGood, Value: rounded(float64(reminded) / float64(posted) * 100), Unit: "percent"})
	}
	return signs
}

// balance is how many posts of value there were for one sponsored post.
func (f HealthFacts) balance() Sign {
	s := Sign{Name: SignBalance, Grade: GradeGood, Threshold: f.Limits.ValuePerAd, Unit: "ratio",
		Args: map[string]any{"values": f.Posted.Values, "sponsored": f.Posted.Sponsored}}
	if f.Posted.Sponsored == 0 {
		s.Value = float64(f.Posted.Values)
		return s
	}
	s.Value = rounded(float64(f.Posted.Values) / float64(f.Posted.Sponsored))
	switch {
	case s.Value < s.Threshold/2:
		s.Grade = GradeBad
	case s.Value < s.Threshold:
		s.Grade = GradeWatch
	}
	return s
}

// quantile is the smallest of sorted values that at least a share of them do not exceed.
func quantile(sorted []float64, share float64) float64 {
	return sorted[max(0, min(len(sorted)-1, int(math.Ceil(share*float64(len(sorted))-1e-9))-1))]
}
