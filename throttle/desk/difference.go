package desk

import (
	"reflect"
	"slices"

	"siyu/models"
)

// Effect says which way a change of a rule goes.
type Effect string

// The effects. Different: neither every post that was held still is, nor the other way round, or it cannot be told.
const (
	Tighter   Effect = "tighter"
	Looser    Effect = "looser"
	Different Effect = "different"
)

// Unit says how the values of a difference or a limit are to be read.
type Unit string

// The units. A cap is a models.Cap, hours are Hours, near is Near, seen is Seen, a holdout is a models.Holdout; the others
// are numbers, a brand's id or a category's name.
const (
	UnitCap      Unit = "cap"
	UnitHours    Unit = "hours"
	UnitNear     Unit = "near"
	UnitSeen     Unit = "seen"
	UnitHoldout  Unit = "holdout"
	UnitMillis   Unit = "milliseconds"
	UnitCount    Unit = "count"
	UnitPercent  Unit = "percent"
	UnitNumber   Unit = "number"
	UnitFlag     Unit = "flag"
	UnitBrand    Unit = "brand"
	UnitCategory Unit = "category"
)

// Hours are quiet hours, in minutes after local midnight.
type Hours struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Near is when an offer keeps away from a group with the same members.
type Near struct {
	Percent int   `json:"percent"`
	Gap     int64 `json:"gap"` // milliseconds
}

// Seen is how many sponsored posts a member should see.
type Seen struct {
	Most    int   `json:"most"`
	Window  int64 `json:"window"` // milliseconds
	Percent int   `json:"percent"`
}

// Difference is one rule that two revisions do not share. From is nil if the rule is new, To if it is gone.
type Difference struct {
	Field  string `json:"field"` // the name in the rules; a pair that belongs together has the first one's
	Unit   Unit   `json:"unit"`
	From   any    `json:"from,omitempty"`
	To     any    `json:"to,omitempty"`
	Effect Effect `json:"effect"`
}

// Compare lists what differs between two revisions of rules, in the order in which the rules are written.
func Compare(from, to models.Rules) []Difference {
	var all differences
	a, b := limits(from), limits(to)
	for i := range a {
		all.add(a[i].Field, a[i].Unit, a[i].Value, b[i].Value)
	}
	all.caps(from.Caps, to.Caps)
	each(&all, "excluded_brands", UnitBrand, from.ExcludedBrands, to.ExcludedBrands)
	each(&all, "excluded_categories", UnitCategory, from.ExcludedCategories, to.ExcludedCategories)
	if all == nil {
		return []Difference{}
	}
	return all
}

// Overall is the effect of all differences together; empty if there are none.
func Overall(all []Difference) Effect {
	var e Effect
	for i, d := range all {
		if i > 0 && d.Effect != e {
			return Different
		}
		e = d.Effect
	}
	return e
}

type differences []Difference

func (all *differences) add(field string, unit Unit, from, to any) {
	if reflect.DeepEqual(from, to) {
		return
	}
	*all = append(*all, Difference{Field: field, Unit: unit, From: from, To: to, Effect: effect(field, from, to)})
}

// caps compares two lists of which the order does not matter. A cap that changed only its numbers is one difference.
func (all *differences) caps(from, to []models.Cap) {
	from, to = rest(from, to), rest(to, from)
	for _, c := range from {
		same := slices.IndexFunc(to, func(o models.Cap) bool {
			return o.Scope == c.Scope && o.Per == c.Per && o.Daily == c.Daily
		})
		if same < 0 {
			all.add("caps", UnitCap, c, nil)
			continue
		}
		all.add("caps", UnitCap, c, to[same])
		to = slices.Delete(to, same, same+1)
	}
	for _, c := range to {
		all.add("caps", UnitCap, nil, c)
	}
}

// each compares two sets, member by member.
func each[T comparable](all *differences, field string, unit Unit, from, to []T) {
	for _, x := range rest(from, to) {
		all.add(field, unit, x, nil)
	}
	for _, x := range rest(to, from) {
		all.add(field, unit, nil, x)
	}
}

// rest is what is in a and not in b, counting repeats.
func rest[T comparable](a, b []T) []T {
	b = slices.Clone(b)
	out := []T{}
	for _, x := range a {
		if i := slices.Index(b, x); i >= 0 {
			b = slices.Delete(b, i, i+1)
			continue
		}
		out = append(out, x)
	}
	return out
}

// effect tells which way one rule went. A rule that was not there is looser than one that is.
func effect(field string, from, to any) Effect {
	switch {
	case field == "hold_for": // a longer wait gives the owner more time and keeps the slot from others for longer
		return Different
	case field == "fatigue.off": // without the controller only the caps hold
		return way(to == nil, from == nil)
	case from == nil:
		return Tighter
	case to == nil:
		return Looser
	}
	switch a := from.(type) {
	case models.Cap:
		return capEffect(a, to.(models.Cap))
	case Hours:
		return hoursEffect(a, to.(Hours))
	case Near:
		b := to.(Near)
		return way(b.Percent <= a.Percent && b.Gap >= a.Gap, b.Percent >= a.Percent && b.Gap <= a.Gap)
	case Seen:
		b := to.(Seen)
		return way(b.Most <= a.Most && b.Window >= a.Window && b.Percent <= a.Percent,
			b.Most >= a.Most && b.Window <= a.Window && b.Percent >= a.Percent)
	case models.Holdout: // another season draws other groups
		b := to.(models.Holdout)
		same := a.SeasonDays == b.SeasonDays
		return way(same && b.Percent >= a.Percent && b.HalfPercent >= a.HalfPercent,
			same && b.Percent <= a.Percent && b.HalfPercent <= a.HalfPercent)
	case int64:
		return numberEffect(field, float64(a), float64(to.(int64)))
	case float64:
		return numberEffect(field, a, to.(float64))
	}
	return Different
}

// numberEffect knows which of the plain numbers are gaps and worths, where more is stricter.
func numberEffect(field string, from, to float64) Effect {
	switch field {
	case "min_gap", "min_hold", "offer_spacing", "rival_gap", "organic", "fatigue.worth":
		return way(to > from, to < from)
	}
	return way(to < from, to > from)
}

func capEffect(a, b models.Cap) Effect {
	return way(b.K <= a.K && b.Window >= a.Window, b.K >= a.K && b.Window <= a.Window)
}

func hoursEffect(a, b Hours) Effect {
	was, is := a.minutes(), b.minutes()
	more, less := true, true
	for m := range was {
		more = more && (is[m] || !was[m])
		less = less && (was[m] || !is[m])
	}
	return way(more, less)
}

// minutes are the minutes of a day that are quiet.
func (h Hours) minutes() (quiet [24 * 60]bool) {
	for m := h.Start; m != h.End; m = (m + 1) % len(quiet) {
		quiet[m] = true
	}
	return quiet
}

func way(tighter, looser bool) Effect {
	switch {
	case tighter == looser:
		return Different
	case tighter:
		return Tighter
	}
	return Looser
}
