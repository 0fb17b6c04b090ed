package offers

import (
	"siyu/internal/jobs"
	"siyu/models"
)

// RefreshCard is the job that tells a posted card what is new of its offer. The rooms that sell write it; the Mini Program's
// room, which speaks for the card, does the work.
type RefreshCard struct {
	Community models.CommunityID `json:"community"`
	Card      models.LiveCardID  `json:"card"`
}

// Kind names the job.
func (RefreshCard) Kind() string { return "card.refresh" }

// tellCards has cards that can change say soon how much is taken of their offer. Many claims are one refresh: a card that waits
// for one is left alone.
func tellCards(sc *models.Scope, idle []models.LiveCard) error {
	for _, c := range idle {
		due, err := sc.DueLiveCard(c.ID, sc.Now)
		if err != nil {
			return err
		}
		if !due {
			continue
		}
		if _, err := jobs.EnqueueOnce(sc.Tx, RefreshCard{sc.Community, c.ID}, sc.Now, "card:"+c.ID.String()); err != nil {
			return err
		}
	}
	return nil
}

// tellOffer has the cards of an offer that changed say so.
func tellOffer(sc *models.Scope, id models.OfferID) error {
	idle, err := sc.IdleCards(id)
	if err != nil {
		return err
	}
	return tellCards(sc, idle)
}
