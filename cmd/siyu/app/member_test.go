package app_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

const (
	miniSessions = "/api/mini/v1/sessions"
	redemptions  = "/api/staff/v1/redemptions"
)

func (w *world) login(code, visit string) string {
	return fmt.Sprintf(`{"app_id":%q,"code":%q,"visit":%q,"scene":1008}`, miniApp, code, visit)
}

// loginMembers signs two people in through the Mini Program.
func (w *world) loginMembers(t *testing.T) {
	t.Helper()
	for as, p := range map[string]*wechatsim.Person{"member": w.mei, "member2": w.lan} {
		a := w.call(t, call{name: as + " logs in", path: miniSessions, body: w.login(p.Login(miniApp), "visit-of-"+as)})
		w.guests[as] = guest{bearer: pick(t, a.body, "token")}
	}
}

func TestMiniLogin(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		code := w.mei.Login(miniApp)
		w.run(t, []call{
			{name: "a made-up code", path: miniSessions, body: w.login("021abc", "visit-0001"), status: 400, has: []string{"mini_code_invalid"}},
			{name: "a code that is none", path: miniSessions, body: w.login("a b&c=d", "visit-0001"), status: 400, has: []string{"mini_code_invalid"}},
			{name: "no code", path: miniSessions, body: w.login("", "visit-0001"), status: 400, has: []string{`"field":"code"`}},
			{name: "no visit", path: miniSessions, body: w.login(code, ""), status: 400, has: []string{`"field":"visit"`}},
			{name: "an odd visit", path: miniSessions, body: w.login(code, "visit 0001 '"), status: 400, has: []string{"mini_visit_invalid"}},
			{name: "another app", path: miniSessions, body: strings.Replace(w.login(code, "visit-0001"), miniApp, "wx0", 1), status: 404, has: []string{"channel_unknown"}},
			{name: "no app", path: miniSessions, body: `{"code":"x","visit":"visit-0001"}`, status: 400, has: []string{`"field":"app_id"`}},
			{name: "in", path: miniSessions, body: w.login(code, "visit-0001"), has: []string{`"token":`}},
			{name: "a used code", path: miniSessions, body: w.login(code, "visit-0001"), status: 400, has: []string{"mini_code_invalid"}},
		})
		late := w.mei.Login(miniApp)
		w.clock.Advance(6 * time.Minute)
		w.call(t, call{name: "too late", path: miniSessions, body: w.login(late, "visit-0002"), status: 400, has: []string{"mini_code_invalid"}})
		w.sim.Fail("/sns/jscode2session", wechatsim.Fault{Errcode: -1})
		w.call(t, call{name: "WeChat is busy", path: miniSessions, body: w.login(w.mei.Login(miniApp), "visit-0003"), status: 503, has: []string{"mini_busy", "微信繁忙"}})
		w.sim.ClearFaults()
		w.secret = append(w.secret, code, late)
	})
}

// TestGroupEntry: what the phone sends of its group is believed only if it opens.
func TestGroupEntry(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.loginMembers(t)
		data, iv, err := w.mei.EnterFromGroup(miniApp, w.seeded.Groups[2].Sim)
		must(t, err)
		entry := func(data, iv string) string {
			text, err := json.Marshal(map[string]string{"encrypted_data": data, "iv": iv})
			must(t, err)
			return string(text)
		}
		b64 := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
		calls := []call{{name: "nobody", body: entry(data, iv), as: "nobody", status: 401}}
		for name, body := range map[string]string{
			"15 bytes": entry(b64(15), iv), "16 zero bytes": entry(b64(16), iv), "17 bytes": entry(b64(17), iv),
			"not base64": entry("%%%%", iv), "a short iv": entry(data, b64(8)), "an iv that is none": entry(data, "?"),
			"another iv": entry(data, b64(16)), "nothing": entry("", iv), "too much": entry(b64(6200), iv),
		} {
			calls = append(calls, call{name: name, body: body, as: "member", status: 400, not: []string{data, iv}})
		}
		calls = append(calls,
			call{name: "somebody else's", body: entry(data, iv), as: "member2", status: 400, has: []string{"group_entry_invalid"}},
			call{name: "hers", body: entry(data, iv), as: "member", has: []string{`"group":`}})
		for _, c := range calls {
			c.path = "/api/mini/v1/group-entries"
			w.call(t, c)
		}
		w.clock.Advance(11 * time.Minute)
		w.call(t, call{name: "hers, replayed", path: "/api/mini/v1/group-entries", body: entry(data, iv), as: "member", status: 400, has: []string{"group_entry_invalid"}})
		w.secret = append(w.secret, data, iv)
	})
}

// onSale hands offers in and has them approved; their ids are kept under the names.
func (w *world) onSale(t *testing.T, drafts map[string]string) {
	t.Helper()
	for name, draft := range drafts {
		as := "brand"
		if strings.HasSuffix(name, "2") {
			as = "brand2"
		}
		w.run(t, []call{
			{name: "hand in " + name, path: "/api/console/v1/offers", as: as, body: draft, status: 201, keep: name + "=id"},
			{name: "approve " + name, method: "POST", path: "/api/console/v1/offers/${" + name + "}/approve", as: "organiser"},
		})
	}
}

func key(k string) map[string]string { return map[string]string{"Idempotency-Key": k} }

// TestClaimAndRedeem: a voucher's whole life, and everything that can be wrong with it.
func TestClaimAndRedeem(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.loginMembers(t)
		w.onSale(t, map[string]string{"one": w.offer("stock", 1), "many": w.offer("redeem_by", w.now().Add(7*day)),
			"later": w.offer("starts_at", w.now().Add(day)), "offer2": w.offer()})
		w.call(t, call{name: "not decided", path: "/api/console/v1/offers", as: "brand", body: w.offer(), status: 201, keep: "waiting=id"})
		claims := func(name string) string { return "/api/mini/v1/offers/${" + name + "}/claims" }
		post := func(c call) call { c.method = "POST"; return c }
		w.run(t, []call{
			{name: "the wall", path: "/api/mini/v1/offers", as: "member", has: []string{"${one}", "${many}", "${offer2}"}, not: []string{"${later}", "${waiting}", "${other_offer}"}},
			post(call{name: "no key", path: claims("one"), as: "member", status: 400, has: []string{"key_missing"}}),
			post(call{name: "a short key", path: claims("one"), as: "member", header: key("1234567"), status: 400, has: []string{"key_missing"}}),
			post(call{name: "a long key", path: claims("one"), as: "member", header: key(strings.Repeat("k", 65)), status: 400, has: []string{"key_missing"}}),
			post(call{name: "a key that is no text", path: claims("one"), as: "member", header: key("\xff\xfe\xff\xfe\xff\xfe\xff\xfe"), status: 400}),
			post(call{name: "claim", path: claims("one"), as: "member", header: key("key-one-1"), has: []string{`"state":"issued"`}, keep: "code=code"}),
			post(call{name: "which it is", path: claims("one"), as: "member", header: key("key-one-1"), keep: "voucher=id"}),
			post(call{name: "the same key", path: claims("one"), as: "member", header: key("key-one-1"), has: []string{"${code}"}}),
			post(call{name: "another key", path: claims("one"), as: "member", header: key("key-one-2"), status: 409, has: []string{"already_claimed", "每人限领 1 张"}}),
			post(call{name: "the key of another offer", path: claims("many"), as: "member", header: key("key-one-1"), status: 409, has: []string{"key_reused"}}),
			post(call{name: "sold out", path: claims("one"), as: "member2", header: key("key-two-1"), status: 409, has: []string{"sold_out", "券已经领完了"}}),
			post(call{name: "not begun", path: claims("later"), as: "member", header: key("key-later"), status: 409, has: []string{"offer_not_open"}}),
			post(call{name: "not approved", path: claims("waiting"), as: "member", header: key("key-waiting"), status: 404, has: []string{"offer_not_found"}}),
			post(call{name: "another community's", path: claims("other_offer"), as: "member", header: key("key-other"), status: 404, has: []string{"offer_not_found"}}),
			post(call{name: "no such offer", path: "/api/mini/v1/offers/77/claims", as: "member", header: key("key-none-1"), status: 404}),
			{name: "a card nobody knows", path: claims("many"), as: "member", header: key("key-many-1"), body: `{"placement":"NOSUCHCARD"}`, keep: "expires=code"},
			post(call{name: "the other brand's", path: claims("offer2"), as: "member", header: key("key-offer2"), keep: "code2=code"}),
			{name: "her vouchers", path: "/api/mini/v1/vouchers", as: "member", has: []string{"${code}", "${code2}", "${expires}"}},
			{name: "what she shows", path: "/api/mini/v1/vouchers/${voucher}/code", as: "member", has: []string{"${code}", `"text":"S1.`, `"now":`}},
			{name: "an hour of it at most", path: "/api/mini/v1/vouchers/${voucher}/code?minutes=61", as: "member", status: 400},
			{name: "nobody else shows it", path: "/api/mini/v1/vouchers/${voucher}/code", as: "member2", status: 404, not: []string{"S1."}},
			{name: "not hers", path: "/api/mini/v1/vouchers", as: "member2", has: []string{`"vouchers":[]`}},
			{name: "the wall knows", path: "/api/mini/v1/offers", as: "member", has: []string{`"claimed":true`}},
		})
		redeem := func(code, no string) string { return fmt.Sprintf(`{"code":%q,"request_no":%q}`, code, no) }
		typo := []byte(w.kept["code"])
		typo[0] = "01"[('1'-typo[0])&1]
		if typo[0] == w.kept["code"][0] {
			typo[0] = 'Z'
		}
		w.run(t, []call{
			{name: "a typo", path: redemptions, as: "staff", body: redeem(string(typo), "request-01"), status: 400, has: []string{"code_typo", `"field":"code"`}},
			{name: "not a code", path: redemptions, as: "staff", body: redeem("肉桂卷", "request-01"), status: 400, has: []string{"code_typo"}},
			{name: "unknown", path: redemptions, as: "staff", body: redeem("0000-0000-0000", "request-01"), status: 404, has: []string{"code_unknown"}},
			{name: "no number", path: redemptions, as: "staff", body: redeem("${code}", ""), status: 400, has: []string{`"field":"request_no"`}},
			{name: "another brand's staff", path: redemptions, as: "staff2", body: redeem("${code}", "request-01"), status: 404, has: []string{"code_unknown"}},
			{name: "another community's staff", path: redemptions, as: "other staff", body: redeem("${code}", "request-01"), status: 404, has: []string{"code_unknown"}},
			{name: "written off", path: redemptions, as: "staff", body: redeem(strings.ToLower(w.kept["code"]), "request-01"), has: []string{`"repeated":false`}},
			{name: "asked again", path: redemptions, as: "staff", body: redeem("${code}", "request-01"), has: []string{`"repeated":true`}},
			{name: "scanned again", path: redemptions, as: "staff", body: redeem("${code}", "request-02"), status: 409, has: []string{"already_redeemed", "2026-05-04 12:0"}},
			{name: "the number of another", path: redemptions, as: "staff", body: redeem("${expires}", "request-01"), status: 409, has: []string{"request_reused"}},
			{name: "her voucher says so", path: "/api/mini/v1/vouchers", as: "member", has: []string{`"state":"redeemed"`}},
			{name: "nothing more to show", path: "/api/mini/v1/vouchers/${voucher}/code", as: "member", has: []string{`"state":"redeemed"`, `"frames":[]`}},
			{name: "in English", path: redemptions, as: "staff", body: redeem("${code}", "request-03"), status: 409, header: map[string]string{"Accept-Language": "en"},
				has: []string{"This voucher was used at 2026-05-04 12:0"}},
		})
		w.clock.Advance(7 * day)
		w.signIn(t, map[string]string{"staff": "staff"}) // a till's session lasts a day
		w.run(t, []call{
			{name: "expired", path: redemptions, as: "staff", body: redeem("${expires}", "request-04"), status: 409, has: []string{"voucher_expired", "2026-05-11 12:0"}},
			{name: "it says so", path: "/api/mini/v1/vouchers", as: "member", has: []string{`"state":"expired"`}},
			post(call{name: "over", path: claims("many"), as: "member2", header: key("key-late-1"), status: 409, has: []string{"offer_over"}}),
			post(call{name: "her key still answers", path: claims("many"), as: "member", header: key("key-many-1"), has: []string{"${expires}", `"state":"expired"`}}),
		})
		w.secret = append(w.secret, w.kept["code"], w.kept["code2"], w.kept["expires"])
	})
}

// TestLanguages: failures are told in the language the reader asked for.
func TestLanguages(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		for accept, want := range map[string]string{
			"": "登录已失效", "zh-CN,zh;q=0.9,en;q=0.8": "登录已失效", "en": "You are signed out", "en-CA,zh;q=0.1": "You are signed out",
			"fr-CA,fr;q=0.9": "登录已失效", "zh;q=0.2,en;q=0.7": "You are signed out", ";;;,,": "登录已失效",
			strings.Repeat("en,", 3000): "",
		} {
			c := call{name: "language " + accept[:min(len(accept), 20)], path: "/api/mini/v1/offers", status: 401, header: map[string]string{"Accept-Language": accept}}
			if want != "" {
				c.has = []string{want}
			}
			w.call(t, c)
		}
	})
}

// TestPublicPages: what anybody may open.
func TestPublicPages(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		code := w.seeded.Entries[0].Code
		page := w.call(t, call{name: "an entry", path: "/e/" + code, has: []string{"北岸亲子一群", "qr.png"}})
		if p := page.header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") {
			t.Errorf("the page's policy is %q", p)
		}
		w.run(t, []call{
			{name: "its picture", path: "/e/" + code + "/qr.png", has: []string{"PNG"}},
			{name: "in English", path: "/e/" + code, header: map[string]string{"Accept-Language": "en"}, has: []string{"Scan the QR code"}},
			{name: "in WeChat", path: "/e/" + code, header: map[string]string{"User-Agent": "MicroMessenger/8.0"}, has: []string{"长按"}},
			{name: "unknown", path: "/e/NOSUCH", status: 404, has: []string{"这个链接不存在"}, not: []string{"qr.png"}},
			{name: "no picture", path: "/e/NOSUCH/qr.png", status: 404, has: []string{"entry_not_found"}},
			{name: "not text", path: "/e/%ff%fe", status: 404},
			{name: "not text", path: "/e/%00", status: 404},
			{name: "markup", path: "/e/%3Cscript%3Ealert(1)", status: 404, not: []string{"<script>alert"}},
			{name: "a long one", path: "/e/" + strings.Repeat("x", 4000), status: 404},
			{name: "alive", path: "/healthz", has: []string{"ok"}},
			{name: "ready", path: "/readyz", has: []string{"ready"}},
			{name: "the contract", path: "/openapi.yaml", has: []string{"openapi: 3.1.0"}},
		})
	})
}
