package miniprogram

import (
	"context"
	"fmt"
	"strconv"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/offers"
)

// refreshCard tells a card what is new of its offer. It is marked before what is new is read, so that a claim in between asks
// for another refresh; telling a card the same twice changes nothing, so that a crash in the call is mended by calling again.
func (s *Service) refreshCard(ctx context.Context, a offers.RefreshCard) error {
	sc := s.store.Read(ctx).In(a.Community)
	card, err := sc.LiveCard(a.Card)
	if err != nil || card.State != models.CardLive {
		return err
	}
	if next := card.CalledAt.Add(s.cards.Every); sc.Now < next && sc.Now < card.ExpiresAt {
		return jobs.Snooze(next, "it was changed just now")
	}
	card, mine, err := s.markCard(ctx, card)
	if err != nil || !mine {
		return err
	}
	o, err := sc.Offer(card.OfferID)
	if err != nil {
		return err
	}
	news := newsOf(card, o, card.CalledAt, s.cards)
	to := card
	if news.Tell {
		p, err := sc.Placement(card.PlacementID)
		if err != nil {
			return err
		}
		api, body := cardCall(card, o, models.CardPath(p.Code), news)
		err = weixin.Redacted(s.hub.PostJSON(ctx, card.AppID, api, body, nil))
		problem, again := cardTrouble(err)
		if again {
			return fmt.Errorf("change a card: %w", err)
		}
		if problem == cardEnded && news.Final { // the answer of an earlier call was lost
			problem = ""
		}
		if problem != "" {
			s.log.WarnContext(ctx, "a card cannot be changed any more", "error", err)
			to.Problem, news.Final = problem, true
		} else {
			to.Target, to.Said, to.UpdatedAt = news.Target, news.Said, card.CalledAt
		}
	}
	if news.Final {
		to.State = models.CardEnded
	}
	if to == card {
		return nil
	}
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := tx.In(a.Community).MoveLiveCard(models.CardLive, card.CalledAt, to)
		return err
	})
}

// markCard says that a card is being told what is new; it reports false if somebody else is at it.
func (s *Service) markCard(ctx context.Context, card models.LiveCard) (models.LiveCard, bool, error) {
	var mine bool
	to := card
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		to.CalledAt, to.DueAt = tx.Now, 0
		var err error
		mine, err = tx.In(card.CommunityID).MoveLiveCard(models.CardLive, card.CalledAt, to)
		return err
	})
	return to, mine, err
}

// cardEnded is the problem of a card that had ended before it was told.
const cardEnded = "ended"

// cardTrouble says why a card cannot be changed any more after a call, or that the call is to be made again.
func cardTrouble(err error) (problem string, again bool) {
	switch weixin.Classify(err) {
	case weixin.None:
		return "", false
	case weixin.Temporary, weixin.Quota:
		return "", true
	case weixin.Gone, weixin.Denied, weixin.Invalid:
	}
	code, _ := weixin.Code(err)
	switch code {
	case 47504: // expired
		return "expired", false
	case 47502: // the state: it has ended by itself
		return cardEnded, false
	case 47501: // no such activity: it was never posted, or is another account's
		return "unknown_activity", false
	}
	return "refused_" + strconv.Itoa(code), false
}

// CardStory is the card of a placement as its organiser sees it.
type CardStory struct {
	Kind      models.CardKind
	Why       []CardReason
	State     models.CardState // none: there is no card that could change
	Says      string           // what it was told last
	Target    int
	UpdatedAt models.Millis
	ExpiresAt models.Millis
	Problem   string
}

// CardOfPlacement tells of a placement's card: how it stands, or if there is none yet, of which kind it would be now.
func (s *Service) CardOfPlacement(ctx context.Context, community models.CommunityID, id models.PlacementID) (CardStory, error) {
	sc := s.store.Read(ctx).In(community)
	p, err := sc.Placement(id)
	if err != nil {
		return CardStory{}, err
	}
	card, err := sc.LiveCardOf(id)
	if err == nil && card.State != models.CardMaking {
		return CardStory{Kind: card.Kind, Why: reasonsOf(card), State: card.State, Says: card.Said, Target: card.Target,
			UpdatedAt: card.UpdatedAt, ExpiresAt: card.ExpiresAt, Problem: card.Problem}, nil
	}
	if err != nil && !models.IsKind(err, models.NotFound) {
		return CardStory{}, err
	}
	g, err := sc.Group(p.GroupID)
	if err != nil {
		return CardStory{}, err
	}
	var o models.Offer
	if p.OfferID != 0 {
		if o, err = sc.Offer(p.OfferID); err != nil {
			return CardStory{}, err
		}
	}
	facts, err := s.cardFacts(sc, p, o, g.Kind)
	if err != nil {
		return CardStory{}, err
	}
	kind, why := ChooseCard(facts)
	return CardStory{Kind: kind, Why: why}, nil
}

// CardRights reads what the organiser says of her Mini Program's cards.
func (s *Service) CardRights(ctx context.Context, community models.CommunityID, id models.ChannelID) (models.CardRights, error) {
	c, err := miniChannel(s.store.Read(ctx).In(community), id)
	if err != nil {
		return models.CardRights{}, err
	}
	return c.CardRights()
}

// SetCardRights stores what the organiser says of her Mini Program's cards.
func (s *Service) SetCardRights(ctx context.Context, community models.CommunityID, id models.ChannelID, by models.AccountID, r models.CardRights) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if _, err := miniChannel(sc, id); err != nil {
			return err
		}
		if _, err := sc.SetCardRights(id, r); err != nil {
			return err
		}
		return sc.AddAudit(by, "channel.cards", "channel:"+id.String(), "")
	})
}

// miniChannel finds a Mini Program of the community.
func miniChannel(sc *models.Scope, id models.ChannelID) (models.Channel, error) {
	all, err := sc.AllChannels()
	if err != nil {
		return models.Channel{}, err
	}
	for _, c := range all {
		if c.ID == id && c.CommunityID == sc.Community && c.Kind == models.MiniProgram {
			return c, nil
		}
	}
	return models.Channel{}, models.Errorf(models.NotFound, "channel_unknown", "no such Mini Program is connected")
}
