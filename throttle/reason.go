package throttle

import (
	"iter"
	"strings"
)

// Reason says why a placement may not go out now. Its text form is stored in rows and shown (localised) in the console.
type Reason uint8

// The reasons, in the order in which they are listed to people. The zero Reason is "none".
const (
	None        Reason = iota
	OfferEnded         // the flight is over, or will be before a slot frees
	NotStarted         // the flight has not begun
	Paused             // the group is paused
	NoPolicy           // the group's rules are missing or unreadable: nothing is sent without rules
	ClockBehind        // the clock reads earlier than the ledger's last entry: nothing is sent until it catches up
	QuietHours         // it is night in the group's zone
	WindowShort        // quiet hours or the flight's end come too soon for the owner to act
	GroupCap           // too many sponsored posts in this group
	MinGap             // too soon after another sponsored post
	BrandCap           // too many of this brand in this group
	OfferOnce          // this offer was in this group already
	Debt               // posts sent late or by hand have already gone over a rule
	reasonCount
)

// reasonName is indexed by Reason; the words are part of the stored format and of the console's catalogue.
func reasonName(r Reason) string {
	names := [reasonCount]string{
		"", "offer_ended", "not_started", "paused", "no_policy", "clock_behind", "quiet_hours", "window_short",
		"group_cap", "min_gap", "brand_cap", "offer_once", "debt",
	}
	if r >= reasonCount {
		return "unknown"
	}
	return names[r]
}

// String is the stored code of the reason, "" for None.
func (r Reason) String() string { return reasonName(r) }

// Reasons is a set of reasons: bit i is Reason(i).
type Reasons uint32

// With returns the set with r in it.
func (s Reasons) With(r Reason) Reasons {
	if r == None {
		return s
	}
	return s | 1<<r
}

// Has reports whether r is in the set.
func (s Reasons) Has(r Reason) bool { return r != None && s&(1<<r) != 0 }

// All yields the reasons of the set in listing order.
func (s Reasons) All() iter.Seq[Reason] {
	return func(yield func(Reason) bool) {
		for r := None + 1; r < reasonCount; r++ {
			if s.Has(r) && !yield(r) {
				return
			}
		}
	}
}

// String joins the stored codes with spaces, in listing order.
func (s Reasons) String() string {
	var b strings.Builder
	for r := range s.All() {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(r.String())
	}
	return b.String()
}
