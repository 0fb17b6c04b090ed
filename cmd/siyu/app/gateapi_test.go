package app_test

import (
	"fmt"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

const gateOn = `{"mode":"on","unreachable":"allow","hold_rank":2,"deny_rank":3,"hold_minutes":60,"claims_per_hour":20,"claims_per_minute":60,` +
	`"too_fast_ms":0,"new_groups":3,"exclusive_groups":2,"hold_score":50,"deny_score":100,"appeal_hours":24}`

// TestGateAPI: what members and organisers ask of the gate, the waiting list and households; every answer is held to the contract.
func TestGateAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.loginMembers(t)
		w.onSale(t, map[string]string{"one": w.offer("stock", 1), "many": w.offer(), "third": w.offer()})
		const mini, console = "/api/mini/v1", "/api/console/v1"
		claim := func(name string) string { return mini + "/offers/${" + name + "}/claims" }
		wait := mini + "/offers/${one}/waiting"
		post := func(c call) call { c.method = "POST"; return c }
		hant := map[string]string{"Accept-Language": "zh-TW"}
		w.mei.SetPhone("86", "13812345678")
		w.lan.SetPhone("86", "13812345678")
		phone := func(p *wechatsim.Person) string { return fmt.Sprintf(`{"code":%q}`, p.PhoneCode(miniApp)) }
		w.secret = append(w.secret, "13812345678")
		w.run(t, []call{
			{name: "nobody's number", path: mini + "/phone", body: phone(w.mei), status: 401},
			{name: "no code", path: mini + "/phone", as: "member", body: `{"code":"x"}`, status: 400, header: hant, has: []string{"phone_code_invalid", "請再點一次"}},
			{name: "her number", path: mini + "/phone", as: "member", body: phone(w.mei), has: []string{"+86 138****5678"}},
			{name: "another's, the same", path: mini + "/phone", as: "member2", body: phone(w.lan), has: []string{"+86 138****5678"}},
			{name: "who lives together", path: console + "/households", as: "organiser", keep: "lives=households.0.members.1"},
			{name: "one of them", path: console + "/members/${lives}", as: "organiser", has: []string{`"household":{"by_hand":false`, `"${lives}"]`, `"claims":0`, `"brought":false`}, not: []string{"138"}},
			{name: "a member is no brand's", path: console + "/members/${lives}", as: "brand", status: 403},
			{name: "no member", path: console + "/members/12345", as: "organiser", status: 404, has: []string{"member_not_found"}},
			{name: "apart", path: console + "/households/part", as: "organiser", body: `{"members":["${lives}"]}`, status: 204},
			{name: "she lives alone", path: console + "/members/${lives}", as: "organiser", has: []string{`"by_hand":true`, `"members":[]`}},
			{name: "nobody lives together", path: console + "/households", as: "organiser", has: []string{`"households":[]`}},
			{name: "one alone", path: console + "/households", as: "organiser", body: `{"members":["${lives}"]}`, status: 400, has: []string{`"field":"members"`}},
			{name: "nobody", path: console + "/households", as: "organiser", body: `{"members":["77","78"]}`, status: 404, has: []string{"member_not_found"}},
			{name: "households are no brand's", path: console + "/households", as: "brand", status: 403},
			{name: "she takes it back", method: "DELETE", path: mini + "/phone", as: "member", status: 204},

			post(call{name: "there is one", path: wait, as: "member2", status: 409, has: []string{"not_sold_out"}}),
			{name: "not waiting", path: wait, as: "member2", status: 404, has: []string{"not_waiting"}},
			post(call{name: "claimed", path: claim("one"), as: "member", header: key("key-first"), has: []string{`"state":"issued"`}, keep: "voucher=id"}),
			post(call{name: "she holds one", path: wait, as: "member", status: 409, has: []string{"already_claimed"}}),
			post(call{name: "she waits", path: wait, as: "member2", has: []string{`"state":"waiting"`, `"ahead":0`}}),
			post(call{name: "she waits on", path: wait, as: "member2", has: []string{`"state":"waiting"`, `"ahead":0`}}),
			{name: "her place", path: wait, as: "member2", has: []string{`"state":"waiting"`}},
			post(call{name: "the voucher goes back", path: console + "/vouchers/${voucher}/void", as: "organiser", body: `{"reason":"顾客退回","return_stock":true}`}),
			{name: "one is hers", path: wait, as: "member2", has: []string{`"state":"promised"`}},
			post(call{name: "and nobody else's", path: claim("one"), as: "member", header: key("key-again"), status: 409, has: []string{"sold_out"}}),
			post(call{name: "she claims it", path: claim("one"), as: "member2", header: key("key-promised"), has: []string{`"state":"issued"`}}),
			{name: "she left twice", method: "DELETE", path: wait, as: "member2", status: 204},

			{name: "the gate", path: console + "/gate", as: "organiser", has: []string{`"mode":"shadow"`, `"false_positive":0`}},
			{name: "the gate is no brand's", path: console + "/gate", as: "brand", status: 403},
			{name: "no such mode", method: "PUT", path: console + "/gate", as: "organiser", body: `{"mode":"loud","unreachable":"allow"}`, status: 400, has: []string{"bad_choice", `"field":"mode"`}},
			{name: "no such rank", method: "PUT", path: console + "/gate", as: "organiser", body: `{"mode":"on","unreachable":"allow","hold_rank":9}`, status: 400, has: []string{`"field":"hold_rank"`}},
			{name: "on", method: "PUT", path: console + "/gate", as: "organiser", body: gateOn, has: []string{`"mode":"on"`}},
			{name: "nothing to appeal", path: mini + "/appeals", as: "member", body: `{"offer_id":"${many}"}`, status: 404, has: []string{"nothing_to_appeal"}},
		})
		w.mei.SetRisk(4)
		w.lan.SetRisk(2)
		w.clock.Advance(2 * time.Hour) // what WeChat thought before is not believed any more
		w.loginMembers2(t)
		w.run(t, []call{
			post(call{name: "refused", path: claim("many"), as: "member", header: key("key-refused"), status: 403, has: []string{"claim_denied", `"field":"rank_high"`, "申诉"}}),
			post(call{name: "held", path: claim("many"), as: "member2", header: key("key-held"), has: []string{`"state":`}}),
			{name: "her word", path: mini + "/appeals", as: "member", body: `{"offer_id":"${many}","text":"是我本人"}`, has: []string{`"state":"open"`, "rank_high"}, keep: "appeal=id"},
			{name: "her appeals", path: mini + "/appeals", as: "member", has: []string{"${appeal}"}},
			{name: "none of hers", path: mini + "/appeals", as: "member2", has: []string{`"appeals":[]`}},
			{name: "what waits", path: console + "/appeals", as: "organiser", has: []string{"${appeal}", "是我本人"}},
			{name: "no such state", path: console + "/appeals?state=lost", as: "organiser", status: 400},
			{name: "upheld", path: console + "/appeals/${appeal}/uphold", as: "organiser", body: `{"note":"抱歉"}`, has: []string{`"state":"upheld"`}},
			{name: "decided", path: console + "/appeals/${appeal}/dismiss", as: "organiser", body: `{}`, status: 409, has: []string{"appeal_decided"}},
			{name: "no such appeal", path: console + "/appeals/77/dismiss", as: "organiser", body: `{}`, status: 404},
			post(call{name: "now she may", path: claim("many"), as: "member", header: key("key-refused"), has: []string{`"state":"issued"`}}),
			{name: "how it went", path: console + "/gate", as: "organiser", has: []string{`"denied":1`, `"held":1`, `"appeals_upheld":1`, `"reason":"rank_high"`}},
		})
	})
}

// loginMembers2 signs the members in again.
func (w *world) loginMembers2(t *testing.T) {
	t.Helper()
	for as, p := range map[string]*wechatsim.Person{"member": w.mei, "member2": w.lan} {
		a := w.call(t, call{name: as + " logs in again", path: miniSessions, body: w.login(p.Login(miniApp), "second-visit-"+as)})
		w.guests[as] = guest{bearer: pick(t, a.body, "token")}
	}
}
