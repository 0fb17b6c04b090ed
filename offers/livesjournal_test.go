package offers_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"siyu/models"
	"siyu/offers"
)

// written is a line of the journal of a life's till, which has no network.
type written struct {
	v    *modelled
	line offers.JournalLine
	sent bool
	says string // what its outcome was
}

// accept writes a voucher down as used without asking anybody, whatever became of it meanwhile.
func (l *life) accept(v *modelled) (what, got, want string) {
	n := int64(len(l.lines) + 1)
	shown := v.stored
	shown.State = models.VoucherIssued
	frames := offers.Frames(l.w.store.Keys(), shown, l.w.now(), offers.QRWindow)
	if l.w.now() >= v.offer.RedeemBy {
		return "picture", fmt.Sprint(len(frames)), "0"
	}
	if len(frames) != 1 {
		return "picture", fmt.Sprint(len(frames)), "1"
	}
	l.lines = append(l.lines, &written{v: v, line: offers.JournalLine{N: n, RequestNo: fmt.Sprintf("%s-%04d", l.device, n), Code: frames[0].Text, At: l.w.now(),
		Staff: l.w.staff[0].ID}})
	return "accept", "", ""
}

// settle sends one or two lines of the journal, late and perhaps again.
func (l *life) settle(c command) (what, got, want string) {
	some := []*written{l.lines[c.Which%len(l.lines)]}
	if other := l.lines[len(l.lines)-1]; other != some[0] && c.N%2 == 0 {
		some = append(some, other)
	}
	in := offers.JournalInput{Staff: l.w.staff[0], Device: l.device}
	var must, became []string
	for _, w := range some {
		in.Lines = append(in.Lines, w.line)
	}
	j, err := l.server(c).Journal(context.Background(), in)
	if err != nil {
		return "journal", err.Error(), ""
	}
	for i, w := range some {
		must, became = append(must, l.must(w, j.Outcomes[i])), append(became, says(j)[i])
	}
	missing, top := []int64{}, 0
	for i, w := range l.lines {
		if w.sent {
			top = i
		}
	}
	for i, w := range l.lines[:top] {
		if !w.sent && len(missing) < 100 {
			missing = append(missing, int64(i+1))
		}
	}
	return "journal", fmt.Sprint(became, j.Missing), fmt.Sprint(must, missing)
}

// must is what becomes of a line, and what that makes of its voucher.
func (l *life) must(w *written, o offers.JournalOutcome) string {
	v, now := w.v, l.w.now()
	if w.sent {
		return w.says
	}
	w.sent = true
	switch {
	case now.Sub(w.line.At) > 7*24*time.Hour:
		w.says = "device_time"
	case v.void:
		w.says = "voucher_void"
	case v.used == v.units:
		w.says = "already_redeemed"
	case w.line.At >= v.offer.RedeemBy:
		w.says = "voucher_expired"
	default:
		w.says = "settled"
		v.used++
		v.ver++
		v.by, v.until, v.token = 0, 0, ""
		l.sent = append(l.sent, &sentOff{v: v, clerk: l.w.staff[0], units: 1, id: o.Line.ID, at: now})
	}
	return w.says
}

// lost are the redemptions of a life that no voucher of hers names; there must be none.
func lost(all map[models.VoucherID][]models.Redemption, sent []*sentOff) (n int) {
	for _, r := range sent {
		live := slices.ContainsFunc(all[r.v.id], func(x models.Redemption) bool { return x.ID == r.id })
		if live != (r.back == 0) {
			n++
		}
	}
	return n
}
