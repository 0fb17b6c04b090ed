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
	"siyu/offers"
)

const (
	shops  = 3 // of the brand
	clerks = 9 // accounts, three in each shop; several tills may be signed in as one of them
	rivals = 3 // requests for each unit that vouchers have
)

// clerk is somebody who writes vouchers off.
type clerk struct {
	account models.Account
	shop    models.Shop
	token   string
}

// noon is the till's part of a round: everybody brings her vouchers, and the servers are killed again.
type noon struct {
	w        *world
	vouchers []models.Voucher
	codes    []string
	mu       sync.Mutex
	requests []*request
	asked    int64
	unknown  int64 // the server or the database was away
	reserved int64 // it lay before another clerk
	late     int   // written off, but told only when she asked again
}

// request is one wish of a clerk's, with everything she was told about it.
type request struct {
	clerk   *clerk
	no      string
	voucher int // which of noon's

	mu      sync.Mutex
	way     way
	item    map[string]any // what lies before her
	done    []models.RedemptionID
	times   []models.Millis
	refused []string // the texts of "already redeemed"
}

// way is how a clerk knows the voucher.
type way int

const (
	typed way = iota
	scanned
	shown // first looked at, then confirmed
	ways
)

// settled reports whether she has a definite answer.
func (r *request) settled() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.done)+len(r.refused) > 0
}

// noon has clerks write the vouchers of a round off, several of them each, while servers are killed.
func (w *world) noon(ctx context.Context, o *offer) error {
	all, err := w.given(ctx, o)
	if err != nil {
		return err
	}
	n := &noon{w: w, vouchers: all, codes: make([]string, len(all))}
	for i, v := range all {
		if n.codes[i], err = offers.OpenCode(w.store.Keys(), v); err != nil {
			return err
		}
		for r := range rivals * v.Units {
			n.requests = append(n.requests, &request{clerk: &w.clerks[rand.N(len(w.clerks))], voucher: i, way: rand.N(ways), //nolint:gosec // chaos, nothing secret
				no: fmt.Sprintf("till-%s-%d", v.ID, r)})
		}
	}
	rand.Shuffle(len(n.requests), func(a, b int) { n.requests[a], n.requests[b] = n.requests[b], n.requests[a] }) //nolint:gosec // as above
	done := make(chan struct{})
	var killed error
	var killer, tills sync.WaitGroup
	killer.Go(func() {
		defer close(done)
		killed = w.killSome(ctx)
	})
	for t := range w.p.tills {
		tills.Go(func() { n.work(ctx, t, done) })
	}
	tills.Wait()
	killer.Wait()
	if killed != nil || ctx.Err() != nil {
		return fmt.Errorf("tills of round %d: %w", len(w.offers), firstOf(killed, ctx.Err()))
	}
	o.noon = n
	return n.check(ctx)
}

// work is a till: it has requests of its own, which it sends in any order, each again and again under its number until there is a
// definite answer, and until the killing is over also those that have one.
func (n *noon) work(ctx context.Context, t int, done <-chan struct{}) {
	var mine, open []*request
	for i := t; i < len(n.requests); i += n.w.p.tills {
		mine = append(mine, n.requests[i])
	}
	open = append(open, mine...)
	for over := false; ctx.Err() == nil && len(mine) > 0; {
		select {
		case <-done:
			over = true
		default:
		}
		if over && len(open) == 0 || wait(ctx, rand.N(n.w.p.think)) != nil { //nolint:gosec // chaos, nothing secret
			return
		}
		r := mine[rand.N(len(mine))] //nolint:gosec // as above
		if len(open) > 0 {
			r = open[len(open)-1]
		}
		var both sync.WaitGroup
		for range 1 + rand.N(4)/3 { //nolint:gosec // an impatient device asks two servers at once
			both.Go(func() { n.ask(ctx, r, n.w.servers[rand.N(len(n.w.servers))]) }) //nolint:gosec // as above
		}
		both.Wait()
		if len(open) > 0 && r.settled() {
			open = open[:len(open)-1]
		}
	}
}

// desk is what a server says to a till.
type desk struct {
	At          models.Millis `json:"at"`
	Repeated    bool          `json:"repeated"`
	Redemptions []struct {
		ID        models.RedemptionID `json:"id"`
		VoucherID models.VoucherID    `json:"voucher_id"`
	} `json:"redemptions"`
	Vouchers []struct {
		VoucherID models.VoucherID `json:"voucher_id"`
		Token     string           `json:"token"`
	} `json:"vouchers"`
	Error struct {
		Code string `json:"code"`
		Text string `json:"text"`
	} `json:"error"`
}

// ask sends a request to a server in the way it is to be sent now, and notes the answer; no answer is none.
func (n *noon) ask(ctx context.Context, r *request, at *server) {
	r.mu.Lock()
	how, item := r.way, r.item
	r.mu.Unlock()
	path, body := "redemptions", map[string]any{"request_no": r.no, "shop_id": r.clerk.shop.ID, "code": n.codes[r.voucher]}
	v := n.vouchers[r.voucher]
	switch {
	case how == scanned:
		frames := offers.Frames(n.w.store.Keys(), v, models.MillisOf(now()), offers.QRWindow)
		if len(frames) > 0 {
			body["code"] = frames[0].Text
		}
	case how == shown && item == nil:
		path = "prepare"
		delete(body, "request_no")
	case how == shown:
		delete(body, "code")
		body["items"] = []any{item}
	}
	status, a, err := n.post(ctx, path, r.clerk.token, body, at)
	n.mu.Lock()
	n.asked++
	if err != nil || status >= http.StatusInternalServerError || status == http.StatusTooManyRequests {
		n.unknown++
		n.mu.Unlock()
		return
	}
	if a.Error.Code == "voucher_reserved" {
		n.reserved++
	}
	n.mu.Unlock()
	r.note(n, v, status, a)
}

// note keeps a definite answer, or finds out how to ask next.
func (r *request) note(n *noon, v models.Voucher, status int, a desk) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case status == http.StatusOK && len(a.Vouchers) > 0:
		if a.Vouchers[0].VoucherID != v.ID {
			n.w.violate("%s asked to see voucher %s and saw %s", r.no, v.ID, a.Vouchers[0].VoucherID)
		}
		r.item = map[string]any{"voucher_id": v.ID, "token": a.Vouchers[0].Token, "units": 1}
	case status == http.StatusOK && len(a.Redemptions) == 1 && a.Redemptions[0].VoucherID == v.ID:
		if len(r.done) == 0 && a.Repeated {
			n.mu.Lock()
			n.late++
			n.mu.Unlock()
		}
		r.done, r.times = append(r.done, a.Redemptions[0].ID), append(r.times, a.At)
	case status == http.StatusConflict && a.Error.Code == "already_redeemed":
		r.refused = append(r.refused, a.Error.Text)
	case status == http.StatusConflict && (a.Error.Code == "voucher_reserved" || a.Error.Code == "reservation_over" || a.Error.Code == "qr_replayed"):
		r.item = nil // another clerk has it, or had it since: she types the code, or looks at it anew
		if r.way == scanned {
			r.way = typed
		}
	default:
		n.w.violate("%s was told %d %s %s", r.no, status, a.Error.Code, a.Error.Text)
	}
}

// post sends a till's request.
func (n *noon) post(ctx context.Context, path, token string, body map[string]any, at *server) (int, desk, error) {
	var a desk
	text, err := json.Marshal(body)
	if err != nil {
		return 0, a, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+at.addr+"/api/staff/v1/"+path, bytes.NewReader(text))
	if err != nil {
		return 0, a, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Language", "en")
	resp, err := n.w.client.Do(req)
	if err != nil {
		return 0, a, err
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode, a, json.NewDecoder(resp.Body).Decode(&a)
}

// employ makes the shops and the clerks, who are signed in.
func (w *world) employ(sc *models.Scope) error {
	for i := range shops {
		shop := models.Shop{BrandID: w.brand, Name: fmt.Sprintf("Shop %d", i)}
		if err := sc.InsertShop(&shop); err != nil {
			return err
		}
		for n := range clerks / shops {
			name := fmt.Sprintf("Clerk %d of shop %d", n, i)
			c := clerk{shop: shop, account: models.Account{Role: models.Staff, BrandID: w.brand, Login: fmt.Sprintf("clerk-%d-%d", i, n), Name: name,
				PasswordHash: []byte("x")}}
			if err := sc.InsertAccount(&c.account); err != nil {
				return err
			}
			if err := sc.PutShopStaff(models.ShopStaff{AccountID: c.account.ID, ShopID: shop.ID}); err != nil {
				return err
			}
			var err error
			if c.token, err = sc.InsertSession(&models.Session{Kind: models.StaffSession, AccountID: c.account.ID}, nil, 24*time.Hour); err != nil {
				return err
			}
			w.clerks = append(w.clerks, c)
		}
	}
	return nil
}
