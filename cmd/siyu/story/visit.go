package story

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// WeChat's scene values: from a card in a group, and from the list of recently used Mini Programs.
const (
	sceneCard   = 1044
	sceneRecent = 1089
)

// meetCard is a sponsored card in a group: some members open it within two days, a few leave because of it.
func (w *world) meetCard(group, nth int, code string) {
	for _, p := range w.people {
		if !p.groups[group] {
			continue
		}
		r := stream(w.o.Seed, "meets a card", p.n, group, nth)
		if chance(r, 0.012) {
			w.queue.plan(awake(r, w.now.Add(between(r, 5*time.Minute, day)), w.zone),
				p.label("leaves a group after a card"), w.leaveGroup(p, group))
		}
		if chance(r, 0.10+0.5*p.keen) {
			at := awake(r, w.now.Add(30*time.Second+waiting(r, 7*time.Hour, 44*time.Hour)), w.zone)
			w.queue.plan(at, p.label("opens a card"), w.openCard(p, group, code))
		}
	}
}

// openCard is a launch from a card in a group.
func (w *world) openCard(p *person, group int, code string) act {
	return func(ctx context.Context) error {
		if err := w.launch(ctx, p, sceneCard, code); err != nil {
			return err
		}
		if p.groups[group] {
			if err := w.enterGroup(ctx, p, group, code); err != nil {
				return err
			}
		}
		return w.browse(ctx, p, code)
	}
}

// comeBack is a launch by herself, without any card.
func (w *world) comeBack(p *person) act {
	return func(ctx context.Context) error {
		if err := w.launch(ctx, p, sceneRecent, ""); err != nil {
			return err
		}
		return w.browse(ctx, p, "")
	}
}

// launch signs her in. A code of wx.login works once, so each try has a new one; the visit says that it is one launch.
func (w *world) launch(ctx context.Context, p *person, scene int, code string) error {
	app := w.o.Seeded.Accounts.MiniProgram.AppID
	visit := fmt.Sprintf("visit-%d-%d", p.n, p.visits)
	p.visits++
	q := request{method: http.MethodPost, path: "/api/mini/v1/sessions", body: func() any {
		in := map[string]any{"app_id": app, "code": p.wx.Login(app), "visit": visit, "scene": scene}
		if code != "" {
			in["placement"] = code
		}
		return in
	}}
	var session struct{ Token string }
	for try := 0; ; try++ {
		_, err := w.client.do(ctx, q, &session)
		if no, ok := refusedWith(err); ok && no.Code == "mini_code_invalid" && try < 3 {
			continue // the server spent the code and was killed before it answered
		}
		if err != nil {
			return err
		}
		if session.Token == "" {
			return errors.New("a session without a token")
		}
		p.bearer = session.Token
		w.count.Opens++
		return nil
	}
}

// enterGroup tells which group the card was opened in, as wx.getGroupEnterInfo gives it: encrypted.
func (w *world) enterGroup(ctx context.Context, p *person, group int, code string) error {
	data, iv, err := p.wx.EnterFromGroup(w.o.Seeded.Accounts.MiniProgram.AppID, w.groups[group].Sim)
	if errors.Is(err, wechatsim.ErrNotMember) {
		return nil
	}
	if err != nil {
		return err
	}
	var entered struct {
		Group struct{ ID string }
	}
	q := request{method: http.MethodPost, path: "/api/mini/v1/group-entries", bearer: p.bearer, body: func() any {
		return map[string]string{"encrypted_data": data, "iv": iv, "placement": code}
	}}
	if _, err := w.client.do(ctx, q, &entered); err != nil {
		return err
	}
	g := w.groups[group]
	if code != "" {
		g.opened[p], g.cards[code] = true, true
	}
	// Two people with two cards, or a crowd, show which group an ordinary one is; until then Siyu does not guess.
	known := len(g.opened) > 1 && len(g.cards) > 1 || len(g.opened) > 4
	if want := g.ID.String(); entered.Group.ID != want && (!g.Sim.Ordinary() || known) {
		return fmt.Errorf("she is in group %s and was taken to be in %s", want, entered.Group.ID)
	}
	return nil
}

// wallOffer is an offer as members see it.
type wallOffer struct {
	ID        string `json:"id"`
	BrandName string `json:"brand_name"`
	Left      int    `json:"left"`
	Claimed   bool   `json:"claimed"`
}

// voucher is what a claim gives.
type voucher struct {
	ID        string        `json:"id"`
	BrandName string        `json:"brand_name"`
	Code      string        `json:"code"`
	State     string        `json:"state"`
	ValidTo   models.Millis `json:"valid_to"`
}

// browse looks at the wall and claims what she likes.
func (w *world) browse(ctx context.Context, p *person, code string) error {
	var wall struct{ Offers []wallOffer }
	q := request{method: http.MethodGet, path: "/api/mini/v1/offers", bearer: p.bearer}
	if _, err := w.client.do(ctx, q, &wall); err != nil {
		return err
	}
	r := stream(w.o.Seed, "browses", p.n, p.visits)
	for _, o := range wall.Offers {
		likes, hopes := chance(r, 0.25+0.5*p.keen), chance(r, 0.3)
		if o.Claimed || !likes || (o.Left <= 0 && !hopes) {
			continue
		}
		if err := w.claim(ctx, p, r, o, code); err != nil {
			return err
		}
	}
	return nil
}

// claim asks for a voucher; an impatient thumb asks twice with the same key. Sold out is a proper answer.
func (w *world) claim(ctx context.Context, p *person, r *rand.Rand, o wallOffer, code string) error {
	p.claims++
	q := request{method: http.MethodPost, path: "/api/mini/v1/offers/" + o.ID + "/claims", bearer: p.bearer,
		key: fmt.Sprintf("claim-%d-%d", p.n, p.claims), body: func() any { return map[string]string{"placement": code} }}
	var v, again voucher
	twice := chance(r, 0.1)
	_, err := w.client.do(ctx, q, &v)
	if no, ok := refusedWith(err); ok && o.Left <= 0 && no.Status > http.StatusUnauthorized && no.Status < http.StatusInternalServerError {
		w.count.Refusals++
		return nil
	}
	if err != nil {
		return err
	}
	if v.ID == "" || v.Code == "" {
		return errors.New("a voucher without id or code")
	}
	w.count.Claims++
	if twice {
		if _, err := w.client.do(ctx, q, &again); err != nil {
			return fmt.Errorf("the same claim again: %w", err)
		}
		if again.ID != v.ID || again.Code != v.Code {
			return errors.New("the same claim again gave another voucher")
		}
	}
	if chance(r, 0.8) {
		p.tills++
		w.planTill(p, r, v, p.tills)
	}
	return nil
}

// planTill plans the walk to the shop, in its opening hours.
func (w *world) planTill(p *person, r *rand.Rand, v voucher, nth int) {
	later := w.now.Add(between(r, 2*time.Hour, 6*day)).In(w.zone)
	at := time.Date(later.Year(), later.Month(), later.Day(), 10, 0, 0, 0, w.zone).Add(between(r, 0, 9*time.Hour))
	if !at.After(w.now) {
		at = at.Add(day)
	}
	if at.Before(v.ValidTo.Time()) {
		w.queue.plan(at, p.label("goes to the shop"), w.goToShop(p, v, strconv.Itoa(p.n)+"-"+strconv.Itoa(nth)))
	}
}
