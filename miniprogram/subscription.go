package miniprogram

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"siyu/models"
)

// The most templates one dialog may ask for (wx.requestSubscribeMessage), and how we ask.
const (
	maxAsked  = 5
	lowCredit = 2                  // ask again for what has fewer left
	askAgain  = 7 * 24 * time.Hour // leave somebody alone who said no
	maxAge    = 24 * time.Hour     // of a report
)

// Asked is a template the Mini Program may ask a member for now.
type Asked struct {
	TemplateID string
	Title      string
	Left       int // messages that may still be sent to her
}

// AskFor lists what to ask a member for with her next tap, what is needed most first, at most five.
func (s *Service) AskFor(ctx context.Context, session models.Session) ([]Asked, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	openID, err := openIDOf(sc, session)
	if err != nil {
		return nil, fmt.Errorf("choose templates: %w", err)
	}
	templates, err := sc.TemplatesOf(session.AppID)
	if err != nil {
		return nil, fmt.Errorf("choose templates: %w", err)
	}
	credits, err := sc.CreditsOf(session.AppID, openID)
	if err != nil {
		return nil, fmt.Errorf("choose templates: %w", err)
	}
	_, err = colleague(sc, session)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return nil, fmt.Errorf("choose templates: %w", err)
	}
	if err != nil { // what tells people of the team of their work is nothing for members
		templates = slices.DeleteFunc(templates, func(t models.Template) bool { return t.Purpose == models.PurposeOwnerTask })
	}
	return choose(templates, credits, sc.Now), nil
}

// choose picks the templates to ask for; pure. Long-term ones cannot be asked for together with the others.
func choose(templates []models.Template, credits []models.Credit, now models.Millis) []Asked {
	var all []Asked
	for _, t := range templates {
		if t.State != models.TemplateActive || t.Kind != models.TemplateOnce {
			continue
		}
		var c models.Credit
		if i := slices.IndexFunc(credits, func(c models.Credit) bool { return c.TemplateID == t.TemplateID }); i >= 0 {
			c = credits[i]
		}
		if c.Left() >= lowCredit || (c.RefusedAt != 0 && now < c.RefusedAt.Add(askAgain)) {
			continue
		}
		all = append(all, Asked{TemplateID: t.TemplateID, Title: t.Title, Left: c.Left()})
	}
	slices.SortStableFunc(all, func(a, b Asked) int { return cmp.Compare(a.Left, b.Left) })
	return all[:min(len(all), maxAsked)]
}

// SubscribedInput is what the dialog answered, as the client saw it.
type SubscribedInput struct {
	Request string            // made by the client once per tap and repeated when it retries: 8 to 64 URL-safe characters
	Age     time.Duration     // how long ago the tap was, by the client's own clock
	Answers map[string]string // template → accept, reject, ban, filter, acceptWithAlert, …
}

// Subscribed books what the client saw. The platform tells of the same tap by an event; both together count once, see
// [models.Credit].
func (s *Service) Subscribed(ctx context.Context, session models.Session, in SubscribedInput) error {
	if !visitShape.MatchString(in.Request) {
		return models.Errorf(models.Invalid, "bad_field", "a request is 8 to 64 of 0-9 A-Z a-z _ -").With("field", "request")
	}
	if in.Age < 0 || in.Age > maxAge {
		return models.Errorf(models.Invalid, "bad_field", "a tap is at most a day old").With("field", "age_ms")
	}
	if len(in.Answers) == 0 || len(in.Answers) > maxAsked {
		return models.Errorf(models.Invalid, "bad_field", "a dialog has one to five templates").With("field", "results")
	}
	for _, a := range in.Answers {
		if !strings.HasPrefix(a, "accept") && a != "reject" && a != "ban" && a != "filter" || len(a) > 32 {
			return models.Errorf(models.Invalid, "bad_field", "no such answer").With("field", "results")
		}
	}
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		openID, err := openIDOf(sc, session)
		if err != nil {
			return err
		}
		for _, template := range sortedKeys(in.Answers) { // in one order, so that two reports never wait for each other
			_, err := sc.TemplateNamed(session.AppID, template)
			if models.IsKind(err, models.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			_, err = sc.AddSubscription(models.Subscription{
				UID:   sc.SubscriptionUID(models.SourceClient, session.AppID, openID, in.Request, 0, template),
				AppID: session.AppID, OpenID: openID, TemplateID: template, Source: models.SourceClient,
				Answer: in.Answers[template], At: sc.Now.Add(-in.Age)})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
