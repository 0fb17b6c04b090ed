package throttle

import (
	"iter"
	"strings"
)

// Reason says why a placement may not go out now. Its text form is stored in rows and shown (localised) in the console.
type Reason uint8

// The reasons, in the order in which they are listed to people. The zero Reason is "none".
const (
	None         Reason = iota
	OfferEnded          // the flight is over, or will be before a slot frees
	NotStarted          // the flight has not begun
	Paused              // the group is paused
	NoPolicy            // the group's rules are missing or unreadable: nothing is sent without rules
	ClockBehind         // the clock reads earlier than the ledger's last entry: nothing is sent until it catches up
	QuietHours          // it is night in the group's zone
	WindowShort         // quiet hours or the flight's end come too soon for the owner to act
	GroupCap            // too many sponsored posts in this group
	MinGap              // too soon after another sponsored post
	BrandCap            // too many of this brand in this group
	OfferOnce           // this offer was in this group already
	Debt                // posts sent late or by hand have already gone over a rule
	Stopped             // everything is stopped: the community's kill switch
	ClockSuspect        // the machine's clock jumped: nothing is sent until it is trusted again
	Vetoed              // the organiser does not want this offer in this group
	Unapproved          // the offer waits for the organiser
	HeldOut             // the group gets no sponsored posts this season, so that their effect can be measured
	Excluded            // this brand or its category is not wanted in this group
	Refusals            // too many members of the group refuse ads, or this brand's
	AdLabel             // the copy does not say that it is an advertisement
	Breaker             // unusually many members left: sponsored posts rest
	Fatigue             // the group is tired: what the post would bring is less than what it would cost
	Exposure            // too many of the members have seen enough sponsored posts, here and in other groups
	Overlap             // a group with many of the same members has just had this offer
	Ratio               // too few posts of the organiser's own since the last sponsored one
	CategoryCap         // too many of this category in this group
	Rival               // too soon after a competitor of the brand
	OfferCap            // too many of this offer in this group
	Platform            // WeChat's own limit for this group is used up
	Turn                // its turn in the week's plan comes later
	OwnerDay            // the group's owner has had her task of the day
	Gone                // the group was dismissed, or is lost to the platform's eyes
	LiveCard            // a card of this offer in the group is kept up to date in its place
	SoldOut             // nothing of the offer is left that a reader could claim
	reasonCount
)

// reasonName is indexed by Reason; the words are part of the stored format and of the console's catalogue.
func reasonName(r Reason) string {
	names := [reasonCount]string{
		"", "offer_ended", "not_started", "paused", "no_policy", "clock_behind", "quiet_hours", "window_short",
		"group_cap", "min_gap", "brand_cap", "offer_once", "debt", "stopped", "clock_suspect", "vetoed", "unapproved", "held_out",
		"excluded", "refusals", "ad_label", "breaker", "fatigue", "exposure", "overlap", "ratio", "category_cap", "rival",
		"offer_cap", "platform", "turn", "owner_day", "gone", "live_card", "sold_out",
	}
	if r >= reasonCount {
		return "unknown"
	}
	return names[r]
}

// String is the stored code of the reason, "" for None.
func (r Reason) String() string { return reasonName(r) }

// Reasons is a set of reasons: bit i is Reason(i).
type Reasons uint64

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
