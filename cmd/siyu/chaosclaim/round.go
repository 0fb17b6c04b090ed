package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"siyu/models"
)

// offer is what a round is about.
type offer struct {
	id    models.OfferID
	limit int // of a person

	requests, unknown int64
	given             int
	noon              *noon // what happened at the tills; nil: nothing

	mu   sync.Mutex
	told []wishes // of each person, in their order
}

// wishes is what somebody asked for and was told; one client at a time speaks for her.
type wishes struct {
	mu      sync.Mutex
	codes   []string // by key: the code she was given; empty: none
	settled []bool   // by key: she has a definite answer
	other   []string // codes she was shown with a refusal
}

// holds reports whether she was told of any voucher.
func (s *wishes) holds() bool {
	for _, c := range s.codes {
		if c != "" {
			return true
		}
	}
	return len(s.other) > 0
}

func (o *offer) acked() int {
	n := 0
	for i := range o.told {
		for _, c := range o.told[i].codes {
			if c != "" {
				n++
			}
		}
	}
	return n
}

// key is what somebody sends with her n-th wish, always the same.
func (o *offer) key(person, n int) string { return fmt.Sprintf("%s-%d-%d", o.id, person, n) }

// round opens a new offer, has everybody want it while servers are killed, and looks at what became of it.
func (w *world) round(ctx context.Context) (*offer, error) {
	ctx, cancel := context.WithTimeout(ctx, w.p.within)
	defer cancel()
	o, err := w.open(ctx)
	if err != nil {
		return nil, err
	}
	done := make(chan struct{})
	var killed error
	var killer sync.WaitGroup
	killer.Go(func() {
		defer close(done)
		killed = w.killSome(ctx)
	})
	var clients sync.WaitGroup
	for c := range w.p.clients {
		clients.Go(func() { w.want(ctx, o, c, done) })
	}
	clients.Wait()
	killer.Wait()
	if killed != nil || ctx.Err() != nil {
		return nil, fmt.Errorf("round %d: %w", len(w.offers), firstOf(killed, ctx.Err()))
	}
	if err := w.check(ctx, o); err != nil {
		return nil, err
	}
	if err := w.holders(ctx, o, 100); err != nil || w.p.tills == 0 {
		return o, err
	}
	return o, w.noon(ctx, o)
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// open makes an offer that can be claimed now, in turns once and twice by a person, whose vouchers can be used as often.
func (w *world) open(ctx context.Context) (*offer, error) {
	o := &offer{limit: 1 + len(w.offers)%2, told: make([]wishes, len(w.people))}
	for i := range o.told {
		o.told[i].codes, o.told[i].settled = make([]string, o.limit+1), make([]bool, o.limit+1)
	}
	at := models.MillisOf(now())
	row := models.Offer{BrandID: w.brand, State: models.OfferApproved, Title: "hot", Body: "hot", Currency: "CAD", Stock: w.p.stock,
		PerMember: o.limit, StartsAt: at.Add(-time.Hour), EndsAt: at.Add(24 * time.Hour), RedeemBy: at.Add(48 * time.Hour)}
	terms := models.Terms{Title: row.Title, Body: row.Body, Currency: row.Currency, Unit: models.UnitUse, Units: o.limit, RedeemBy: row.RedeemBy,
		PerMember: row.PerMember}
	err := w.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(w.community).InsertOfferUnder(&row, &terms, nil) })
	o.id = row.ID
	w.offers = append(w.offers, o)
	return o, err
}

// killSome kills servers at random while an offer is claimed, and now and then the database.
func (w *world) killSome(ctx context.Context) error {
	db := w.db != nil && w.dbKilled < w.p.dbKills
	at := rand.N(w.p.per) //nolint:gosec // chaos, nothing secret
	for i := range w.p.per {
		if err := wait(ctx, 30*time.Millisecond+rand.N(250*time.Millisecond)); err != nil { //nolint:gosec // as above
			return err
		}
		if db && i == at {
			if err := w.db.kill(ctx); err != nil {
				return err
			}
			w.dbKilled++
		}
		if err := w.servers[rand.N(len(w.servers))].kill(ctx, "while it gave vouchers"); err != nil { //nolint:gosec // as above
			return err
		}
	}
	return nil
}

// want is a client: it speaks for people of its own, chosen at random each time, until the killing is over and all of them know.
func (w *world) want(ctx context.Context, o *offer, c int, done <-chan struct{}) {
	var mine []int
	for i := c; i < len(w.people); i += w.p.clients {
		mine = append(mine, i)
	}
	open := append([]int(nil), mine...)
	over := false
	for ctx.Err() == nil && len(mine) > 0 {
		select {
		case <-done:
			over = true
		default:
		}
		if over && len(open) == 0 {
			return
		}
		if wait(ctx, rand.N(w.p.think)) != nil { //nolint:gosec // chaos, nothing secret
			return
		}
		from := mine
		if len(open) > 0 && rand.N(4) > 0 { //nolint:gosec // as above
			from = open
		}
		at := rand.N(len(from)) //nolint:gosec // as above
		i := from[at]
		w.ask(ctx, o, i, rand.N(o.limit+1), w.servers[rand.N(len(w.servers))]) //nolint:gosec // as above
		if len(open) > 0 && &from[0] == &open[0] && o.told[i].known() {
			open[at] = open[len(open)-1]
			open = open[:len(open)-1]
		}
	}
}

// known reports whether she has a definite answer to every wish.
func (s *wishes) known() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, is := range s.settled {
		if !is {
			return false
		}
	}
	return true
}

// answer is what a server says to a claim.
type answer struct {
	Code     string        `json:"code"`
	IssuedAt models.Millis `json:"issued_at"`
	Error    struct {
		Code string `json:"code"`
	} `json:"error"`
	Voucher struct {
		Code string `json:"code"`
	} `json:"voucher"`
}

// ask asks for somebody's n-th wish at a server and notes the answer; no answer is none.
func (w *world) ask(ctx context.Context, o *offer, i, n int, at *server) {
	s := &o.told[i]
	s.mu.Lock()
	defer s.mu.Unlock()
	held, before, asked := s.holds(), s.codes[n], models.MillisOf(now())
	status, a, err := w.post(ctx, o.id, w.people[i].token, o.key(i, n), at)
	o.mu.Lock()
	o.requests++
	if err != nil || status >= http.StatusInternalServerError || status == http.StatusTooManyRequests {
		o.unknown++
		o.mu.Unlock()
		return
	}
	o.mu.Unlock()
	if held {
		w.mu.Lock()
		w.repeats++
		w.mu.Unlock()
	}
	s.settled[n] = true
	switch {
	case status == http.StatusOK && before != "" && a.Code != before:
		w.violate("person %d had %s and was given %s under the same key", i, before, a.Code)
	case status == http.StatusOK:
		if s.codes[n] = a.Code; before == "" && a.IssuedAt < asked {
			w.mu.Lock()
			w.late++
			w.mu.Unlock()
		}
	case status != http.StatusConflict:
		w.violate("person %d was told %d %s", i, status, a.Error.Code)
	case before != "":
		w.violate("person %d had %s and was told %s under the same key", i, before, a.Error.Code)
	case a.Voucher.Code != "":
		s.other = append(s.other, a.Voucher.Code)
	case held:
		w.violate("person %d holds a voucher and was told %s without it", i, a.Error.Code)
	case a.Error.Code != "sold_out":
		w.violate("person %d was told %s", i, a.Error.Code)
	}
}

// post claims.
func (w *world) post(ctx context.Context, o models.OfferID, token, key string, at *server) (int, answer, error) {
	var a answer
	url := "http://" + at.addr + "/api/mini/v1/offers/" + o.String() + "/claims"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(nil))
	if err != nil {
		return 0, a, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Idempotency-Key", key)
	resp, err := w.client.Do(req)
	if err != nil {
		return 0, a, err
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode, a, json.NewDecoder(resp.Body).Decode(&a)
}
