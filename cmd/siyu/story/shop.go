package story

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// redemption is the till's answer.
type redemption struct {
	VoucherID string `json:"voucher_id"`
	Repeated  bool   `json:"repeated"`
}

// goToShop shows the code at the till, where it is typed or scanned, sometimes wrongly, sometimes twice.
func (w *world) goToShop(p *person, v voucher, no string) act {
	return func(ctx context.Context) error {
		code, err := w.showCode(ctx, p, v)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(w.o.Seeded.Brands, func(b Brand) bool { return b.Name == v.BrandName })
		if i < 0 {
			return fmt.Errorf("a voucher of the unknown brand %q", v.BrandName)
		}
		r := stream(w.o.Seed, "till "+no)
		till := w.tills[i]
		if chance(r, 0.1) {
			if err := w.mustRefuse(ctx, till, mistype(code, r.IntN(16)), "typo-"+no); err != nil {
				return fmt.Errorf("a mistyped code: %w", err)
			}
		}
		if err := w.redeem(ctx, till, v, code, "request-"+no, false); err != nil {
			return err
		}
		w.count.Redeems++
		if chance(r, 0.12) {
			if err := w.redeem(ctx, till, v, code, "request-"+no, true); err != nil {
				return fmt.Errorf("the same scan again: %w", err)
			}
		}
		if chance(r, 0.08) {
			if err := w.mustRefuse(ctx, till, code, "second-"+no); err != nil {
				return fmt.Errorf("a second write-off: %w", err)
			}
		}
		if chance(r, 0.25+0.4*p.keen) {
			w.planReturn(p, between(r, 0, 5*day))
		}
		return nil
	}
}

// showCode opens her list of vouchers and reads the code that the till needs.
func (w *world) showCode(ctx context.Context, p *person, v voucher) (string, error) {
	var list struct{ Vouchers []voucher }
	q := request{method: http.MethodGet, path: "/api/mini/v1/vouchers", bearer: p.bearer}
	_, err := w.client.do(ctx, q, &list)
	if no, ok := refusedWith(err); ok && no.Status == http.StatusUnauthorized {
		if err := w.launch(ctx, p, sceneRecent, ""); err != nil {
			return "", err
		}
		q.bearer = p.bearer
		_, err = w.client.do(ctx, q, &list)
	}
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(list.Vouchers, func(l voucher) bool { return l.ID == v.ID })
	switch {
	case i < 0:
		return "", errors.New("her voucher is not in her list")
	case list.Vouchers[i].Code != v.Code:
		return "", errors.New("her list shows another code than the claim gave")
	}
	return list.Vouchers[i].Code, nil
}

// redeem writes a voucher off. The same request again must give the same answer.
func (w *world) redeem(ctx context.Context, till *desk, v voucher, code, no string, again bool) error {
	var done redemption
	in := map[string]string{"code": code, "request_no": no}
	if err := till.post(ctx, "/api/staff/v1/redemptions", in, &done); err != nil {
		return err
	}
	if done.VoucherID != v.ID {
		return errors.New("another voucher was written off")
	}
	if again && !done.Repeated {
		return errors.New("the till is not told that it was written off before")
	}
	return nil
}

// mustRefuse hands in what the till must not accept.
func (w *world) mustRefuse(ctx context.Context, till *desk, code, no string) error {
	err := till.post(ctx, "/api/staff/v1/redemptions", map[string]string{"code": code, "request_no": no}, nil)
	if err == nil {
		return errors.New("was accepted")
	}
	if refused, ok := refusedWith(err); !ok || refused.Status >= http.StatusInternalServerError ||
		refused.Status == http.StatusUnauthorized {
		return err
	}
	w.count.Refusals++
	return nil
}

// mistype replaces one character of a code by another that codes may have.
func mistype(code string, at int) string {
	const symbols = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	out := []byte(code)
	for step := range out {
		i := (at + step) % len(out)
		known := strings.IndexByte(symbols, out[i])
		if known < 0 {
			continue
		}
		out[i] = symbols[(known+1)%len(symbols)]
		return string(out)
	}
	return code + "2"
}

// planReturn plans a visit in a later week of the community's calendar.
func (w *world) planReturn(p *person, after time.Duration) {
	local := w.now.In(w.zone)
	toMonday := (8 - int(local.Weekday())) % 7
	if toMonday == 0 {
		toMonday = 7
	}
	monday := time.Date(local.Year(), local.Month(), local.Day()+toMonday, 9, 0, 0, 0, w.zone)
	at := monday.Add(after)
	w.queue.plan(awake(stream(w.o.Seed, "returns", p.n, p.visits), at, w.zone), p.label("comes back"), w.comeBack(p))
}
