package offers

import "siyu/models"

// Stage is where an offer stands for people: its state, and what follows from its stock and its times.
type Stage string

// The stages of an offer.
const (
	StageDraft     Stage = "draft"
	StageSubmitted Stage = "submitted"
	StageDeclined  Stage = "declined"
	StageScheduled Stage = "scheduled" // approved, and begins later
	StageLive      Stage = "live"
	StageExhausted Stage = "exhausted" // nothing is left to claim now; it is live again when stock comes back
	StageEnded     Stage = "ended"
	StageWithdrawn Stage = "withdrawn"
)

// StageOf is where an offer stands at a time; pure.
func StageOf(o models.Offer, now models.Millis) Stage {
	switch o.State {
	case models.OfferDraft:
		return StageDraft
	case models.OfferSubmitted:
		return StageSubmitted
	case models.OfferDeclined:
		return StageDeclined
	case models.OfferWithdrawn:
		return StageWithdrawn
	case models.OfferDone:
		return StageEnded
	case models.OfferApproved:
	}
	switch {
	case now >= o.EndsAt:
		return StageEnded
	case now < o.StartsAt:
		return StageScheduled
	case o.Claimed >= o.Stock:
		return StageExhausted
	}
	return StageLive
}
