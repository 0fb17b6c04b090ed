package story

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"siyu/models"
)

// newOffer is what a brand hands in.
type newOffer struct {
	Title     string        `json:"title"`
	Body      string        `json:"body"`
	ValueFen  int64         `json:"value_fen"`
	Currency  string        `json:"currency"`
	Stock     int           `json:"stock"`
	PerMember int           `json:"per_member"`
	StartsAt  models.Millis `json:"starts_at"`
	EndsAt    models.Millis `json:"ends_at"`
	RedeemBy  models.Millis `json:"redeem_by"`
}

// deskOffer is an offer in the console.
type deskOffer struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Title string `json:"title"`
}

// planOffer plans a brand's submission.
func (w *world) planOffer(i int) {
	c := offerCasts()[i]
	w.queue.plan(w.start.Add(c.after), fmt.Sprintf("brand %d hands in offer %d", c.brand, i), func(ctx context.Context) error {
		if err := w.handIn(ctx, c); err != nil {
			return err
		}
		w.queue.plan(w.now.Add(c.decided), fmt.Sprintf("the organiser decides on offer %d", i), w.decide(c))
		return nil
	})
}

// handIn submits an offer over the API. A submission has no key that makes it one however often it is sent, so a brand
// that got no answer looks at its list first.
func (w *world) handIn(ctx context.Context, c offerCast) error {
	brand := w.brands[c.brand]
	starts := models.MillisOf(w.now.Add(day))
	ends := starts.Add(c.flight)
	in := newOffer{Title: c.title, Body: c.body, ValueFen: c.value, Currency: "CAD", Stock: c.stock, PerMember: 1,
		StartsAt: starts, EndsAt: ends, RedeemBy: ends.Add(c.redeemFor)}
	for try := 0; ; try++ {
		if try > 0 {
			known, err := w.offerTitled(ctx, brand, c.title)
			if err == nil && known.ID != "" {
				return nil
			}
			if err != nil {
				return err
			}
		}
		done, err := w.submitOnce(ctx, brand, in)
		if done || err != nil {
			return err
		}
		if try >= unreachableTries {
			return errors.New("the offer gets no answer")
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
}

// submitOnce reports false if there was no answer, or one that tells nothing about what happened.
func (w *world) submitOnce(ctx context.Context, brand *desk, in newOffer) (bool, error) {
	if brand.cookie == "" {
		if err := brand.signIn(ctx); err != nil {
			return false, err
		}
	}
	q := request{method: http.MethodPost, path: "/api/console/v1/offers", cookie: brand.cookie, body: func() any { return in }}
	got, err := w.client.once(ctx, q)
	switch {
	case err != nil || got.status >= http.StatusInternalServerError:
		return false, ctx.Err()
	case got.status == http.StatusUnauthorized:
		return false, brand.signIn(ctx)
	case got.status >= http.StatusMultipleChoices:
		return false, fmt.Errorf("hand in %q: %w", in.Title, got.refusal())
	}
	return true, nil
}

// offerTitled finds an offer in somebody's list; one without id if there is none.
func (w *world) offerTitled(ctx context.Context, who *desk, title string) (deskOffer, error) {
	var list struct{ Offers []deskOffer }
	if err := who.get(ctx, "/api/console/v1/offers", &list); err != nil {
		return deskOffer{}, err
	}
	i := slices.IndexFunc(list.Offers, func(o deskOffer) bool { return o.Title == title })
	if i < 0 {
		return deskOffer{}, nil
	}
	return list.Offers[i], nil
}

// decide approves or declines. An answer that got lost may have been a yes: then the state says so.
func (w *world) decide(c offerCast) act {
	return func(ctx context.Context) error {
		o, err := w.offerTitled(ctx, w.organiser, c.title)
		if err != nil {
			return err
		}
		if o.State != string(models.OfferSubmitted) {
			return fmt.Errorf("the offer %q waits for a decision and is %q", c.title, o.State)
		}
		verb, want, body := "approve", models.OfferApproved, any(nil)
		if c.decline != "" {
			verb, want, body = "decline", models.OfferDeclined, map[string]string{"reason": c.decline}
		}
		err = w.organiser.post(ctx, "/api/console/v1/offers/"+o.ID+"/"+verb, body, nil)
		if no, ok := refusedWith(err); ok && no.Retried {
			now, lookErr := w.offerTitled(ctx, w.organiser, c.title)
			if lookErr == nil && now.State == string(want) {
				return nil
			}
		}
		return err
	}
}

// handInPending leaves offers for whoever looks at the console after the story.
func (w *world) handInPending(ctx context.Context) error {
	casts := pendingCasts()
	for _, c := range casts[:min(max(w.o.Pending, 0), len(casts))] {
		if err := w.handIn(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
