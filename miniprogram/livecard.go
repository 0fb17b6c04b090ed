package miniprogram

import (
	"context"
	"fmt"
	"slices"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/offers"
)

// TaskCard is what the Mini Program's client declares before the owner forwards the card of a task (wx.updateShareMenu).
type TaskCard struct {
	Kind       models.CardKind
	Why        []CardReason
	Title      string
	Path       string
	ActivityID string // none for a plain card
	TemplateID string
	Target     int
	Parameters []CardParameter
	ExpiresAt  models.Millis
}

// cardSubject is what a card is about.
type cardSubject struct {
	task      models.Task
	placement models.Placement
	offer     models.Offer
	mini      models.Channel
}

// CardOfTask makes the card of an open task ready to be forwarded by the one whose task it is: she is signed in to the Mini
// Program as a member, and bound to an account of the team. A task has one card, however often it is asked for; an activity
// that is lost in a crash ends by itself. A platform that makes no activity keeps nobody from posting: the card is plain.
func (s *Service) CardOfTask(ctx context.Context, session models.Session, task models.TaskID, library string) (TaskCard, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	about, err := subjectFor(sc, session, task)
	if err != nil {
		return TaskCard{}, err
	}
	facts, err := s.cardFacts(sc, about.placement, about.offer, about.task.Kind)
	if err != nil {
		return TaskCard{}, err
	}
	facts.Library = library
	kind, why := ChooseCard(facts)
	v := TaskCard{Kind: kind, Why: why, Title: about.offer.PostTitle(), Path: models.CardPath(about.placement.Code)}
	card, err := sc.LiveCardOfTask(task)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return TaskCard{}, err
	}
	if kind == models.CardPlain && (card.ID == 0 || card.State == models.CardMaking) {
		return v, nil
	}
	if card.ID == 0 || card.State == models.CardMaking {
		if card, err = s.makeCard(ctx, about, kind, why); err != nil {
			return TaskCard{}, err
		}
	}
	switch {
	case card.State == models.CardMaking:
		v.Kind, v.Why = models.CardPlain, append(v.Why, CardUnmade)
	case card.State == models.CardEnded || sc.Now >= card.ExpiresAt:
		v.Kind, v.Why = models.CardPlain, []CardReason{CardSpent}
	default:
		v.Kind, v.Why = card.Kind, reasonsOf(card)
		v.ActivityID, v.TemplateID, v.Target, v.ExpiresAt = card.ActivityID, card.TemplateID, card.Target, card.ExpiresAt
		if card.Kind == models.CardUpdatable {
			v.Parameters = countParameters(about.offer)
		}
	}
	return v, nil
}

func reasonsOf(c models.LiveCard) []CardReason {
	var all []CardReason
	for _, r := range c.Why.List() {
		all = append(all, CardReason(r))
	}
	return all
}

// subjectFor reads what a task's card is about, if the one who is signed in may post it.
func subjectFor(sc *models.Scope, session models.Session, id models.TaskID) (cardSubject, error) {
	var about cardSubject
	var err error
	if about.task, err = sc.Task(id); err != nil {
		return about, err
	}
	if err := mayPost(sc, session, about.task); err != nil {
		return about, err
	}
	if about.task.State != models.TaskOpen || sc.Now >= about.task.DueAt {
		return about, models.Errorf(models.Conflict, "task_closed", "the task is %s", about.task.State)
	}
	if about.task.PlacementID == 0 {
		return about, models.Errorf(models.Conflict, "task_no_card", "the task is about a post of the organiser's own")
	}
	if about.placement, err = sc.Placement(about.task.PlacementID); err != nil {
		return about, err
	}
	if about.offer, err = sc.Offer(about.placement.OfferID); err != nil {
		return about, err
	}
	about.mini, err = sc.Channel(models.MiniProgram)
	if models.IsKind(err, models.NotFound) {
		err = nil
	}
	return about, err
}

// mayPost reports whether a task is for the one who is signed in to post. To anybody else there is no such task.
func mayPost(sc *models.Scope, session models.Session, t models.Task) error {
	none := models.Errorf(models.NotFound, "task_not_found", "no such task")
	a, err := colleague(sc, session)
	switch {
	case models.IsKind(err, models.NotFound):
		return none
	case err != nil:
		return err
	case a.Owns() || t.AccountID == a.ID:
		return nil
	}
	kept, err := sc.GroupsKept(a.ID)
	if err == nil && !slices.ContainsFunc(kept, func(g models.Group) bool { return g.ID == t.GroupID }) {
		err = none
	}
	return err
}

// colleague is the account of the team that is signed in as a member; NotFound for anybody else.
func colleague(sc *models.Scope, session models.Session) (models.Account, error) {
	none := models.Errorf(models.NotFound, "not_of_the_team", "she is not of the team")
	openID, err := openIDOf(sc, session)
	if err != nil {
		return models.Account{}, err
	}
	all, err := sc.Operators()
	if err != nil {
		return models.Account{}, err
	}
	i := slices.IndexFunc(all, func(o models.Operator) bool { return o.AppID == session.AppID && o.OpenID == openID })
	if i < 0 || openID == "" {
		return models.Account{}, none
	}
	a, err := sc.Account(all[i].AccountID)
	if models.IsKind(err, models.NotFound) || err == nil && (!a.Active() || a.Role != models.Organiser) {
		return models.Account{}, none
	}
	return a, err
}

// Colleague is the account of the team that is signed in to the Mini Program as a member; anybody else is NotFound
// not_of_the_team.
func (s *Service) Colleague(ctx context.Context, session models.Session) (models.Account, error) {
	return colleague(s.store.Read(ctx).In(session.CommunityID), session)
}

// MayPost is nil if a task is for the one who is signed in; else it is NotFound task_not_found.
func (s *Service) MayPost(ctx context.Context, session models.Session, id models.TaskID) error {
	sc := s.store.Read(ctx).In(session.CommunityID)
	t, err := sc.Task(id)
	if err != nil {
		return err
	}
	return mayPost(sc, session, t)
}

// cardFacts are what the kind of a placement's card is chosen from.
func (s *Service) cardFacts(sc *models.Scope, p models.Placement, o models.Offer, group models.GroupKind) (CardFacts, error) {
	f := CardFacts{Group: group, Offer: o, Life: s.cards.Life, Now: sc.Now}
	if p.OfferID == 0 {
		f.Offer = models.Offer{}
	}
	mini, err := sc.Channel(models.MiniProgram)
	if models.IsKind(err, models.NotFound) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	f.MiniProgram = true
	f.Rights, err = mini.CardRights()
	return f, err
}

// makeCard writes the card of a task, has the platform make its activity, and puts the two together. Of two who do that at
// once the first one's counts for both.
func (s *Service) makeCard(ctx context.Context, about cardSubject, kind models.CardKind, why []CardReason) (models.LiveCard, error) {
	codes := make([]string, len(why))
	for i, r := range why {
		codes[i] = string(r)
	}
	card := models.LiveCard{TaskID: about.task.ID, PlacementID: about.placement.ID, GroupID: about.task.GroupID, OfferID: about.offer.ID,
		AppID: about.mini.AppID, Kind: kind, Why: models.StringsOf(codes), State: models.CardMaking}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := tx.In(about.task.CommunityID).AddLiveCard(&card)
		return err
	})
	if err != nil || card.State != models.CardMaking {
		return card, err
	}
	var made struct {
		ActivityID string `json:"activity_id"`
		Expires    int64  `json:"expiration_time"` // seconds
	}
	if err := s.hub.GetJSON(ctx, card.AppID, "/cgi-bin/message/wxopen/activityid/create", nil, &made); err != nil || made.ActivityID == "" {
		s.log.WarnContext(ctx, "there is no activity for a card", "error", weixin.Redacted(err))
		return s.store.Read(ctx).In(card.CommunityID).LiveCard(card.ID) // somebody who asked at the same moment may have one
	}
	to := card
	to.State, to.ActivityID, to.ExpiresAt = models.CardLive, made.ActivityID, models.Millis(made.Expires)*1000
	to.TemplateID, to.Target, to.Said = firstWords(card.Kind, about.offer)
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(about.task.CommunityID)
		if to.ExpiresAt <= sc.Now {
			to.ExpiresAt = sc.Now.Add(s.cards.Life)
		}
		to.CalledAt, to.UpdatedAt = sc.Now, sc.Now
		mine, err := sc.MoveLiveCard(models.CardMaking, card.CalledAt, to)
		if err != nil {
			return err
		}
		if card, err = sc.LiveCard(card.ID); err != nil || !mine {
			return err
		}
		return s.planRefreshes(sc, card, about.offer)
	})
	if err != nil {
		return card, fmt.Errorf("keep a card: %w", err)
	}
	return card, nil
}

// firstWords is what a card says when it is posted.
func firstWords(kind models.CardKind, o models.Offer) (template string, target int, said string) {
	switch kind {
	case models.CardUpdatable:
		return templateFull, updatableGoing, taken(o)
	case models.CardChatTool:
		return templateParticipate, chatToolGoing, ""
	case models.CardTodo, models.CardPlain:
	}
	return "", 0, ""
}

// planRefreshes has a card looked at when its offer ends soon, has ended, and when nothing can be said any more; and now, if
// somebody claimed while the platform was asked: her claim found no card to tell, and it may have been the last one.
func (s *Service) planRefreshes(sc *models.Scope, c models.LiveCard, o models.Offer) error {
	times := []models.Millis{o.EndsAt, c.ExpiresAt}
	now, err := sc.OffersByID([]models.OfferID{o.ID}, true)
	if err != nil {
		return err
	}
	if now[o.ID].Claimed != o.Claimed {
		times = append(times, sc.Now)
	}
	if c.Kind == models.CardChatTool {
		times = append(times, o.EndsAt.Add(-s.cards.DueSoon))
	}
	for _, at := range times {
		if at > c.ExpiresAt || at < sc.Now {
			continue
		}
		if err := jobs.Enqueue(sc.Tx, offers.RefreshCard{Community: sc.Community, Card: c.ID}, at); err != nil {
			return err
		}
	}
	return nil
}
