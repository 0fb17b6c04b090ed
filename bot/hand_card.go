package bot

import (
	"context"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// settleCard is how long WeCom has to say itself that a message was sent whose card somebody opened: it knows the second.
const settleCard = 20 * time.Minute

// cardSeen books that a card was opened in a group. In its own group that shows that it was posted there, and so it does
// in a place that nobody knows while nobody knows what its own group is: its owner has posted it somewhere, and what is unknown
// counts. In another group of ours it is a sponsored post that somebody made by hand there; it says nothing of its own group.
func (b *Bot) cardSeen(ctx context.Context, a offers.CardSeen) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		t, err := sc.LockTaskAbout(a.Subject)
		if err != nil {
			return ignoreMissing(err)
		}
		g, err := sc.Survivor(a.Group)
		if err != nil {
			return err
		}
		home, err := sc.Survivor(t.GroupID)
		if err != nil {
			return err
		}
		switch {
		case g.ID == home.ID:
			return b.provenByCard(sc, t, g, a.At)
		case !g.Known():
			if home.Kind == models.OrdinaryGroup && home.OpenGID == nil {
				return b.provenByCard(sc, t, g, a.At)
			}
			return nil
		}
		return b.postedElsewhere(sc, t, g, a.At)
	})
}

// provenByCard books a task as posted whose card was opened. A WeCom task that is open is left to WeCom for a while; when it
// is silent, somebody posted the card by hand.
func (b *Bot) provenByCard(sc *models.Scope, t models.Task, g models.Group, at models.Millis) error {
	switch {
	case t.State == models.TaskDone || t.State == models.TaskNew && t.OpenedAt == 0:
		return nil
	case t.Kind == models.WeComGroup && t.State != models.TaskCancelled && sc.Now < at.Add(settleCard):
		return jobs.Snooze(at.Add(settleCard), "WeCom may tell when it was sent")
	}
	if told, err := b.toldByMass(sc, t, g, at); err != nil || told {
		return err
	}
	return b.posted(sc, t, at, models.ProofCard)
}

// postedElsewhere books a card that was opened in a group that it was not made for.
func (b *Bot) postedElsewhere(sc *models.Scope, t models.Task, g models.Group, at models.Millis) error {
	if told, err := b.toldByMass(sc, t, g, at); err != nil || told {
		return err
	}
	if t.PlacementID == 0 {
		return b.ledger.Organic(sc, models.OrganicPost{Idem: "card:" + t.Subject + ":" + g.ID.String(), GroupID: g.ID,
			Kind: models.OrganicChat, Posts: 1, At: at})
	}
	p, err := sc.Placement(t.PlacementID)
	if err != nil {
		return err
	}
	_, err = b.ledger.External(sc, throttle.External{Group: g.ID, Brand: p.BrandID, Offer: p.OfferID, At: at, Key: "card:" + p.ID.String()})
	return err
}
