package fatigue

import "math"

// What is chosen by, wherever groups are kept from being tired out: with real groups, and with simulated ones, where these
// numbers were found. Both use them from here, so that what was simulated is what is done.

// Caution is what a threshold is multiplied with: who left does not come back, and an offer that waits is not lost.
const Caution = 1.1

// Kept is the share of what was seen that still counts after some days: half is left after five months, for harm grows and
// people change.
func Kept(days float64) float64 { return math.Pow(keptLesson, days/lessonDays) }

const (
	keptLesson = 0.986
	lessonDays = 3
)

// A brand that comes takes freshness from its own next posts: half a post, fading over ten days, for each post it will
// have in them. That is what a post costs the brand's others, and not value won.
const (
	staleDays = 5   // days of a brand's posts that one post takes
	staleMost = 0.6 // share of a value, at most
	oftenDays = 30  // over so many days it is seen how often a brand comes
)

// Recent is how much of one post counts after some time, milliseconds, in how often a brand comes.
func Recent(after int64) float64 { return math.Exp(-float64(after) / float64(oftenDays*day)) }

// Stale is the share of an offer's value that it only takes from its brand's next posts, where often is the sum of Recent
// over the brand's posts in the group.
func Stale(often float64) float64 { return min(staleMost, staleDays*often/oftenDays) }
