package offers_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

const device = "device-0001"

// line is what a till of the first brand writes down now, for a voucher that is shown to it now.
func (h *house) line(n int64, v models.Voucher) offers.JournalLine {
	h.t.Helper()
	frames := offers.Frames(h.store.Keys(), v, h.now(), offers.QRWindow)
	if len(frames) != 1 {
		h.t.Fatalf("voucher %s shows %d pictures", v.ID, len(frames))
	}
	return offers.JournalLine{N: n, RequestNo: fmt.Sprintf("offline-%04d", n), Code: frames[0].Text, At: h.now(), Staff: h.staff[0].ID}
}

func (h *house) journal(s *offers.Service, lines ...offers.JournalLine) offers.Journaled {
	h.t.Helper()
	j, err := s.Journal(context.Background(), offers.JournalInput{Staff: h.staff[0], Device: device, Lines: lines})
	if err != nil {
		h.t.Fatal(err)
	}
	return j
}

// says writes outcomes as a test reads them: "settled", "later", or why one is refused.
func says(j offers.Journaled) []string {
	all := make([]string, len(j.Outcomes))
	for i, o := range j.Outcomes {
		switch {
		case o.Err != nil:
			all[i] = models.CodeOf(o.Err)
		case o.State == "":
			all[i] = "later"
		default:
			all[i] = string(o.State)
		}
	}
	return all
}

func (h *house) wantJournal(lines []offers.JournalLine, want ...string) {
	h.t.Helper()
	if got := says(h.journal(h.service, lines...)); !slices.Equal(got, want) {
		h.t.Errorf("the lines are %v, want %v", got, want)
	}
}

func (h *house) redemptions() []models.Redemption {
	h.t.Helper()
	all, err := h.read().AllRedemptions()
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// held claims n vouchers, each by another member.
func (h *house) held(o models.Offer, n int) []models.Voucher {
	h.t.Helper()
	all := make([]models.Voucher, n)
	for i, m := range h.members(n) {
		c, err := h.claim(m, o.ID, fmt.Sprintf("key-of-%d", m))
		if err != nil {
			h.t.Fatal(err)
		}
		all[i] = c.Voucher
	}
	return all
}

// TestJournalSettlesOnce: a minute without a network ends with every voucher written off once, at the time it was accepted, and
// sending the journal again, or having it sent by the next shift, changes nothing.
func TestJournalSettlesOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		v := h.held(h.open(h.draft(5)), 3)
		lines := []offers.JournalLine{h.line(1, v[0]), h.line(2, v[1])}
		accepted := h.now()
		clock.Advance(21 * 24 * time.Hour / 10) // two days later, and past the end of nothing yet
		if _, err := h.redeem(0, h.code(v[1]), "elsewhere-1"); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, h.line(3, v[2]))
		h.wantJournal(lines, "settled", "already_redeemed", "settled")
		clock.Advance(time.Hour)
		h.wantJournal(lines, "settled", "already_redeemed", "settled")
		if _, err := h.redeem(0, h.code(v[0]), "elsewhere-2"); models.CodeOf(err) != "already_redeemed" {
			t.Errorf("the voucher is used a second time: %v", err)
		}
		all := h.redemptions()
		if len(all) != 3 || all[1].Proof != models.ShownOffline || all[1].DeviceAt != accepted || all[1].DeviceID != device {
			t.Errorf("the redemptions are %+v", all)
		}
		lines[0].RequestNo = "another-0001"
		h.wantJournal(lines[:1], "till_line_changed")
		if j := h.journal(h.service, h.lineOf(6, v[0])); !slices.Equal(j.Missing, []int64{4, 5}) {
			t.Errorf("of six lines %v are missing", j.Missing)
		}
	})
}

// lineOf is a line with a number of its own, for a voucher whose picture nobody could see any more.
func (h *house) lineOf(n int64, v models.Voucher) offers.JournalLine {
	h.t.Helper()
	v.State = models.VoucherIssued
	return h.line(n, v)
}

func (h *house) code(v models.Voucher) string {
	h.t.Helper()
	code, err := offers.OpenCode(h.store.Keys(), v)
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

// TestJournalAfterACrash: what was written off before the outcome was stored is found by its request number; and a request that
// was sent with a network, and not answered, may end as a line of the journal.
func TestJournalAfterACrash(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		v := h.held(h.open(h.draft(5)), 2)
		lines := []offers.JournalLine{h.line(1, v[0]), h.line(2, v[1])}
		_, err := h.service.Redeem(t.Context(), offers.RedeemInput{Staff: h.staff[0], RequestNo: lines[0].RequestNo,
			Uses: []offers.Use{{Voucher: v[0].ID}}, DeviceID: device, DeviceAt: lines[0].At, Offline: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.redeem(0, h.code(v[1]), lines[1].RequestNo); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Minute)
		h.wantJournal(lines, "settled", "settled")
		if all := h.redemptions(); len(all) != 2 {
			t.Errorf("two vouchers have %d redemptions", len(all))
		}
	})
}

// TestJournalAtOnce: the same lines sent many times at once, to two servers, and by a second till that accepted the same
// vouchers, settle each voucher once and lose none.
func TestJournalAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		v := h.held(h.open(h.draft(8)), 4)
		var lines, other []offers.JournalLine
		for i := range v {
			lines = append(lines, h.line(int64(i+1), v[i]))
			l := h.line(int64(i+1), v[i])
			l.RequestNo = "second-" + l.RequestNo
			other = append(other, l)
		}
		servers := []*offers.Service{h.service, h.another()}
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				in := offers.JournalInput{Staff: h.staff[0], Device: device, Lines: lines}
				if i%4 == 3 {
					in.Device, in.Lines = "device-0002", other
				}
				if _, err := servers[i%2].Journal(context.Background(), in); err != nil && !models.IsKind(err, models.Unavailable) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		mine := says(h.journal(h.service, lines...))
		j, err := h.service.Journal(t.Context(), offers.JournalInput{Staff: h.staff[0], Device: "device-0002", Lines: other})
		if err != nil {
			t.Fatal(err)
		}
		for i, theirs := range says(j) {
			if both := mine[i] + " " + theirs; both != "settled already_redeemed" && both != "already_redeemed settled" {
				t.Errorf("voucher %d is %s", i, both)
			}
		}
		if all := h.redemptions(); len(all) != 4 {
			t.Errorf("four vouchers have %d redemptions", len(all))
		}
	})
}

// TestJournalDoubts: what a till could not have seen is refused, and what was good when it was accepted is not.
func TestJournalDoubts(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	h := newHouse(t, s, clock, 1)
	v := h.held(h.open(h.draft(9)), 7)
	good := func(n int64) offers.JournalLine { return h.line(n, v[n-1]) }
	late, early, future, forged, old := good(1), good(2), good(3), good(4), good(5)
	late.At = late.At.Add(4 * time.Minute)
	early.At = early.At.Add(-4 * time.Minute)
	future.At = future.At.Add(10 * time.Minute)
	forged.Code = forged.Code[:60] + string("AB"[(forged.Code[60]-'A'+1)&1]) + forged.Code[61:]
	old.At = old.At.Add(-8 * 24 * time.Hour)
	clock.Advance(5 * time.Minute)
	h.wantJournal([]offers.JournalLine{late, early, future, forged, old}, "qr_stale", "qr_early", "device_time", "qr_forged", "device_time")

	clock.Set((v[5].ValidTo - 1000).Time())
	last := good(6)
	clock.Advance(time.Hour)
	h.wantJournal([]offers.JournalLine{last}, "settled")
	if len(h.redemptions()) != 1 {
		t.Error("a doubtful line was settled")
	}

	other := offers.JournalInput{Staff: h.staff[1], Device: "device-0009", Lines: []offers.JournalLine{last}}
	j, err := h.service.Journal(t.Context(), other)
	if err != nil || says(j)[0] != "code_unknown" {
		t.Errorf("another brand's till: %v, %v", says(j), err)
	}
	other.Device = device
	if _, err := h.service.Journal(t.Context(), other); models.CodeOf(err) != "till_taken" {
		t.Errorf("another brand writes into the till: %v", err)
	}
}

// TestOfflineBook: a till is told the keys that today's pictures are signed with, and of a voucher that it is used as soon as it
// is, and only once.
func TestOfflineBook(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		o := h.open(h.draft(5))
		v := h.held(o, 2)
		book := func(staff int, since models.Millis) offers.OfflineBook {
			t.Helper()
			b, err := h.service.Offline(t.Context(), h.staff[staff], 0, since)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		first := book(0, 0)
		if len(first.Used) != 0 || len(first.Terms) != 1 || first.Terms[0].OfferID != o.ID || first.Limits.Tickets != 30 {
			t.Errorf("the book is %+v", first)
		}
		for _, at := range []models.Millis{first.Now, first.Now.Add(first.Limits.Age)} {
			q, err := offers.ParseQR(offers.Frames(s.Keys(), v[0], at, offers.QRWindow)[0].Text)
			if err != nil || !slices.ContainsFunc(first.Keys, func(k offers.QRPublic) bool { return k.Key == q.Key }) {
				t.Errorf("no key for a picture of %s: %v", at.Time(), err)
			}
			if !slices.ContainsFunc(first.Terms, func(k offers.OfflineTerms) bool { return k.ID == q.Terms }) {
				t.Errorf("no terms for a picture of %s", at.Time())
			}
		}
		clock.Advance(time.Minute)
		if _, err := h.redeem(0, h.code(v[0]), "request-1"); err != nil {
			t.Fatal(err)
		}
		if b := book(0, first.Since); !slices.Equal(b.Used, []models.VoucherID{v[0].ID}) {
			t.Errorf("used are %v", b.Used)
		}
		if b := book(1, 0); len(b.Used) != 0 || len(b.Terms) != 0 {
			t.Errorf("another brand reads %+v", b)
		}
		clock.Advance(time.Hour)
		if b := book(0, h.now()); len(b.Used) != 0 {
			t.Errorf("told again: %v", b.Used)
		}
	})
}
