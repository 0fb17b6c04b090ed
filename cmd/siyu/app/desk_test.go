package app_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestShopAndTill: a brand opens a shop and invites a clerk, who sees a voucher, writes it off, takes it back and reads the day;
// what is not hers is refused, and from the moment she is dismissed everything is.
func TestShopAndTill(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.loginMembers(t)
		w.onSale(t, map[string]string{"offer": w.offer("stock", 5)})
		claim := func(as string) call {
			return call{name: as + " claims", method: http.MethodPost, path: "/api/mini/v1/offers/${offer}/claims", as: as, header: key("key-of-" + as), keep: as + "_voucher=code"}
		}
		zone, err := time.LoadLocation("America/Vancouver")
		if err != nil {
			t.Fatal(err)
		}
		today := w.clock.Now().In(zone).Format(time.DateOnly)
		const shops, till = "/api/console/v1/shops", "/api/staff/v1/"
		w.run(t, []call{
			claim("member"), claim("member2"),
			{name: "a shop without a name", path: shops, as: "brand", body: `{"name":" "}`, status: 400, has: []string{`"field":"name"`}},
			{name: "a zone that is none", path: shops, as: "brand", body: `{"name":"x","zone":"Mars/Olympus"}`, status: 400, has: []string{`"field":"zone"`}},
			{name: "a shop", path: shops, as: "brand", body: `{"name":"=Main Street","zone":"America/Vancouver"}`, status: 201, keep: "shop=id"},
			{name: "a keeper of none", path: shops + "?brand_id=${shop}", as: "organiser", has: []string{`"shops":[]`}},
			{name: "its staff", path: shops + "/${shop}/staff", as: "brand", has: []string{`"staff":[]`, `"others":[{`}},
			{name: "who has no place", path: till + "redemptions", as: "staff", body: `{"code":"${member_voucher}","request_no":"request-0"}`, status: 403, has: []string{"not_your_shop"}},
			{name: "an invitation", path: shops + "/${shop}/invitations", as: "brand", body: `{"name":"小林","manager":true}`, status: 201, keep: "invitation=code"},
			{name: "is listed", path: shops + "/${shop}/staff", as: "brand", has: []string{"小林"}, not: []string{"${invitation}"}},
			{name: "a guess", path: till + "invitations/look", body: `{"code":"AAAAAAAAAAAAAAAA"}`, status: 404, has: []string{"invitation_over"}},
			{name: "a look", path: till + "invitations/look", body: `{"code":"${invitation}"}`, has: []string{"=Main Street", "小林"}},
			{name: "no name", path: till + "invitations/accept", body: `{"code":"${invitation}","login":"   ","password":"` + password + `"}`, status: 400},
		})
		a := w.call(t, call{name: "she joins", path: till + "invitations/accept", body: `{"code":"${invitation}","login":"xiaolin","password":"` + password + `"}`})
		w.guests["lin"] = guest{bearer: pick(t, a.body, "token")}
		w.run(t, []call{
			{name: "a second time", path: till + "invitations/accept", body: `{"code":"${invitation}","login":"another","password":"` + password + `"}`, status: 404, has: []string{"invitation_over"}},
			{name: "who she is", path: till + "session", as: "lin", has: []string{"小林", "${shop}", `"manager":true`, `"undo_seconds":300`}, keep: "lin=account.id"},
			{name: "a typing error", path: till + "prepare", as: "lin", body: `{"code":"0000-0000-0001"}`, status: 400, has: []string{"code_typo"}},
			{name: "a picture that is none", path: till + "prepare", as: "lin", body: `{"code":"S1.AAAA"}`, status: 400, has: []string{"qr_unreadable"}},
			{name: "she looks", path: till + "prepare", as: "lin", body: `{"shop_id":"${shop}","code":"${member_voucher}"}`, has: []string{`"others":[]`, `"unit":"use"`}, keep: "token=vouchers.0.token"},
			{name: "she lets go", path: till + "release", as: "lin", body: `{"token":"${token}"}`, status: 204},
			{name: "what she let go", path: till + "redemptions", as: "lin", body: `{"request_no":"request-1","items":[{"token":"${token}"}]}`, status: 409, has: []string{"reservation_over"}},
			{name: "she looks again", path: till + "prepare", as: "lin", body: `{"code":"${member_voucher}"}`, keep: "token=vouchers.0.token"},
			{name: "another clerk", path: till + "redemptions", as: "staff", body: `{"request_no":"request-1","items":[{"token":"${token}"}]}`, status: 403, has: []string{"not_your_shop"}},
			{name: "written off", path: till + "redemptions", as: "lin", body: `{"request_no":"request-1","items":[{"token":"${token}"}]}`, has: []string{`"repeated":false`, "=Main Street"}, keep: "redemption=redemptions.0.id"},
			{name: "the same again", path: till + "redemptions", as: "lin", body: `{"request_no":"request-1","items":[{"token":"${token}"}]}`, has: []string{`"repeated":true`, "${redemption}"}},
			{name: "a second time", path: till + "redemptions", as: "lin", body: `{"code":"${member_voucher}","request_no":"request-2"}`, status: 409, has: []string{"already_redeemed", "小林", "=Main Street"}},
			{name: "what was done", path: till + "recent?shop_id=${shop}", as: "lin", has: []string{"${redemption}"}},
			{name: "elsewhere", path: till + "recent?shop_id=${shop}", as: "staff", status: 403},
			{name: "without a reason", path: till + "redemptions/${redemption}/reverse", as: "lin", body: `{"reason":" "}`, status: 400, has: []string{`"field":"reason"`}},
			{name: "taken back", path: till + "redemptions/${redemption}/reverse", as: "lin", body: `{"reason":"扫错了"}`, has: []string{`"repeated":false`}},
			{name: "twice", path: till + "redemptions/${redemption}/reverse", as: "lin", body: `{"reason":"扫错了"}`, has: []string{`"repeated":true`}},
			{name: "the other", path: till + "redemptions", as: "lin", body: `{"code":"${member2_voucher}","request_no":"request-3"}`},
			{name: "the day", path: till + "sheet", as: "lin", has: []string{`"redeemed":2`, `"reversed":1`, "America/Vancouver"}},
			{name: "no date", path: till + "sheet?date=yesterday", as: "lin", status: 400},
			{name: "the brand's day", path: "/api/console/v1/sheet?shop_id=${shop}", as: "organiser", has: []string{`"redeemed":2`}},
			{name: "the brand's list", path: "/api/console/v1/redemptions?limit=1", as: "brand", has: []string{`"reversed_at":0`}},
			{name: "a clerk's today", path: "/api/console/v1/redemptions?shop_id=${shop}&staff_id=${lin}&date=" + today, as: "organiser", has: []string{"${redemption}", `"reverse_reason":"扫错了"`}},
			{name: "another clerk's", path: "/api/console/v1/redemptions?staff_id=77", as: "brand", has: []string{`"redemptions":[]`}},
			{name: "another day's", path: "/api/console/v1/redemptions?shop_id=${shop}&date=2001-01-01", as: "brand", has: []string{`"redemptions":[]`}},
			{name: "no day", path: "/api/console/v1/redemptions?date=2026-02-30", as: "brand", status: 400, has: []string{`"field":"date"`}},
			{name: "a day of no shop", path: "/api/console/v1/redemptions?date=2026-02-03&shop_id=77", as: "brand", status: 404, has: []string{"shop_not_found"}},
		})
		table := w.call(t, call{name: "the table", path: "/api/console/v1/sheet.csv?shop_id=${shop}", as: "brand"})
		if lines := strings.Split(strings.TrimSpace(string(table.body)), "\n"); len(lines) != 4 || !strings.HasPrefix(lines[0], "\ufeff") || !strings.Contains(lines[1], "'=Main Street") {
			t.Errorf("the table is %q", table.body)
		}
		w.run(t, []call{
			{name: "what became of it", path: "/api/console/v1/vouchers/find", as: "brand", body: `{"code":"${member_voucher}"}`, has: []string{`"kind":"reversed"`, "扫错了", `"member_id":""`}, keep: "voucher=id"},
			{name: "whose it is", path: "/api/console/v1/vouchers/find", as: "organiser", body: `{"code":"${member_voucher}"}`, not: []string{`"member_id":""`}, keep: "holder=member_id"},
			{name: "who that is", path: "/api/console/v1/members/${holder}", as: "organiser", has: []string{`"claims":1`, `"redeems":0`, `"level":1`}},
			{name: "points by hand", path: "/api/console/v1/members/${holder}/points", as: "organiser", body: `{"points":5,"reason":"补偿"}`, header: key("adjust-01"), has: []string{`"points":5`}},
			{name: "her points", path: "/api/console/v1/members/${holder}/points", as: "organiser", has: []string{`"reason":"adjust"`, `"points":5`, "补偿"}},
			{name: "what she has", path: "/api/console/v1/members/${holder}", as: "organiser", has: []string{`"balance":5`, `"earned":0`}},
			{name: "nobody's points", path: "/api/console/v1/members/12345/points", as: "organiser", status: 404, has: []string{"member_not_found"}},
			{name: "void", path: "/api/console/v1/vouchers/${voucher}/void", as: "organiser", body: `{"reason":"bought back","return_stock":true}`, has: []string{`"state":"void"`}},
			{name: "twice void", path: "/api/console/v1/vouchers/${voucher}/void", as: "brand", body: `{"reason":"bought back"}`, status: 409, has: []string{"voucher_void"}},
			{name: "at the till", path: till + "prepare", as: "lin", body: `{"code":"${member_voucher}"}`, status: 409, has: []string{"voucher_void"}},
			{name: "pause", method: http.MethodPatch, path: shops + "/${shop}", as: "brand", body: `{"paused":true}`},
			{name: "paused", path: till + "prepare", as: "lin", body: `{"code":"${member2_voucher}"}`, status: 409, has: []string{"shop_paused"}},
			{name: "not deleted", method: http.MethodDelete, path: shops + "/${shop}", as: "brand", status: 409, has: []string{"shop_used"}},
			{name: "dismissed", method: http.MethodPost, path: "/api/console/v1/clerks/${lin}/dismiss", as: "brand", status: 204},
			{name: "at once", path: till + "session", as: "lin", status: 401},
		})
	})
}

// TestWrongCodes: ten codes that nobody has keep an account from asking for ten minutes, wherever it asks; another one is free.
func TestWrongCodes(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.loginMembers(t)
		w.onSale(t, map[string]string{"offer": w.offer()})
		w.call(t, call{name: "claim", method: http.MethodPost, path: "/api/mini/v1/offers/${offer}/claims", as: "member", header: key("key-of-her"), keep: "code=code"})
		const redeem = "/api/staff/v1/redemptions"
		for i := range 10 {
			no := strconv.Itoa(i)
			w.call(t, call{name: "wrong " + no, path: redeem, as: "staff", status: 404, body: `{"code":"0000-0000-0000","request_no":"request-` + no + `"}`})
		}
		right := `{"code":"${code}","request_no":"request-right"}`
		a := w.call(t, call{name: "locked", path: redeem, as: "staff", status: 429, body: right, has: []string{"lookups_locked", "10 分钟"}})
		if a.header.Get("Retry-After") != "600" {
			t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
		}
		w.clock.Advance(10*time.Minute - time.Millisecond)
		w.call(t, call{name: "still locked", path: "/api/staff/v1/prepare", as: "staff", status: 429, body: `{"code":"${code}"}`})
		w.clock.Advance(time.Millisecond)
		w.call(t, call{name: "free", path: redeem, as: "staff", body: right})
	})
}
