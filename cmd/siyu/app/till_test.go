package app_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// showing is the text of the QR code that a member's page shows now.
func (w *world) showing(t *testing.T, as, voucher string) string {
	t.Helper()
	a := w.call(t, call{name: "what she shows", path: "/api/mini/v1/vouchers/" + voucher + "/code", as: as})
	var said struct {
		Now    int64
		Frames []struct {
			From, To int64
			Text     string
		}
	}
	must(t, json.Unmarshal(a.body, &said))
	for _, f := range said.Frames {
		if f.From <= said.Now && said.Now < f.To {
			return f.Text
		}
	}
	t.Fatalf("nothing is shown now: %s", a.body)
	return ""
}

// TestJournal: what a till needs without a network, what it sends when it is back, and who may not.
func TestJournal(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		const journal, offline = "/api/staff/v1/journal", "/api/staff/v1/offline"
		w.staffed(t)
		w.loginMembers(t)
		w.onSale(t, map[string]string{"one": w.offer("stock", 5)})
		for _, as := range []string{"member", "member2"} {
			w.call(t, call{name: as + " claims", method: "POST", path: "/api/mini/v1/offers/${one}/claims", as: as, header: key("key-of-" + as), keep: as + "_voucher=id"})
			w.call(t, call{name: as + " again", method: "POST", path: "/api/mini/v1/offers/${one}/claims", as: as, header: key("key-of-" + as), keep: as + "_code=code"})
		}
		shown, other := w.showing(t, "member", w.kept["member_voucher"]), w.showing(t, "member2", w.kept["member2_voucher"])
		line := func(n int, no, code string) string {
			return fmt.Sprintf(`{"n":%d,"request_no":%q,"code":%q,"at":%d}`, n, no, code, int64(w.now()))
		}
		send := func(lines string) string { return `{"device":"device-0001","lines":[` + lines + `]}` }
		first, second := line(1, "offline-0001", shown), line(3, "offline-0002", other)
		w.clock.Advance(time.Minute)
		w.run(t, []call{
			{name: "the book", path: offline, as: "staff", has: []string{`"public":"`, "${one}", `"tickets":30`, `"used":[]`}, not: []string{"${member_code}"}},
			{name: "nobody's book", path: offline, as: "nobody", status: 401},
			{name: "a member's book", path: offline, as: "member", status: 401},
			{name: "a shop that is not", path: offline + "?shop_id=77", as: "staff", status: 404, has: []string{"shop_not_found"}},
			{name: "used elsewhere", path: redemptions, as: "staff", body: fmt.Sprintf(`{"code":%q,"request_no":"request-09"}`, w.kept["member2_code"])},
			{name: "the book says so", path: offline + "?since=1", as: "staff", has: []string{`"used":["${member2_voucher}"]`}},
			{name: "the journal", path: journal, as: "staff", body: send(first + "," + second),
				has: []string{`"state":"settled"`, `"state":"refused"`, `"code":"already_redeemed"`, `"missing":[2]`}},
			{name: "the journal again", path: journal, as: "staff", body: send(first + "," + second), has: []string{`"state":"settled"`, `"code":"already_redeemed"`}},
			{name: "in English", path: journal, as: "staff", body: send(second), header: map[string]string{"Accept-Language": "en"}, has: []string{"This voucher"}},
			{name: "nobody's journal", path: journal, as: "nobody", body: send(first), status: 401},
			{name: "a journal of no till", path: journal, as: "staff", body: `{"device":"x","lines":[]}`, status: 400, has: []string{`"field":"device"`}},
			{name: "a line without a number", path: journal, as: "staff", body: send(line(0, "offline-0003", shown)), status: 400},
			{name: "another brand takes the till", path: journal, as: "staff2", body: send(first), status: 409, has: []string{"till_taken"}},
			{name: "it is used", path: "/api/mini/v1/vouchers/${member_voucher}/code", as: "member", has: []string{`"state":"redeemed"`, `"frames":[]`}},
		})
		w.secret = append(w.secret, w.kept["member_code"], w.kept["member2_code"], shown, other)
	})
}
