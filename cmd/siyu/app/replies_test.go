package app_test

import (
	"testing"
	"time"

	"siyu/models"
)

// TestReplyRules: an organiser writes rules, tries them, orders them and sees what became of messages.
func TestReplyRules(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const api, ask = "/api/console/v1/replies", "/api/console/v1/replies/try"
		w.run(t, []call{
			{name: "signed out", path: api, status: 401},
			{name: "a brand", path: api, as: "brand", status: 403},
			{name: "the house's", path: api, as: "organiser", has: []string{`"builtin":true`, `"name":"invitation"`, `"kind":"official"`}, keep: "channel=channels.0.id"},
			{name: "another's channel", path: api + "?channel=${channel}", as: "stranger", status: 404, has: []string{"channel_unknown"}},
			{name: "unreadable pattern", path: api, as: "organiser", status: 400, has: []string{"pattern_unreadable", `"field":"patterns"`, "(a"},
				body: `{"channel_id":"${channel}","name":"x","kind":"keyword","how":"regex","patterns":["(a"],"answers":[{"kind":"silence"}],"enabled":true}`},
			{name: "unknown place", path: api, as: "organiser", status: 400, has: []string{"rule_place_unknown", "%nickname%"},
				body: `{"channel_id":"${channel}","name":"x","kind":"default","answers":[{"kind":"text","words":{"zh-Hans":{"text":"%nickname%"}}}],"enabled":true}`},
			{name: "another's entry", path: api, as: "organiser", status: 400, has: []string{"entry_not_found"},
				body: `{"channel_id":"${channel}","name":"x","kind":"entry","patterns":["nobodys"],"answers":[{"kind":"silence"}],"enabled":true}`},
			{name: "add", path: api, as: "organiser", status: 201, keep: "one=id",
				body: `{"channel_id":"${channel}","name":"优惠","kind":"keyword","how":"contains","patterns":["优惠"],"enabled":true,
				"answers":[{"kind":"text","words":{"zh-Hans":{"text":"看这里"},"en":{"text":"Look"}}},{"kind":"image","media_id":"m"}]}`},
			{name: "add another", path: api, as: "organiser", status: 201, keep: "two=id",
				body: `{"channel_id":"${channel}","name":"关门","kind":"outside","enabled":true,"answers":[{"kind":"text","words":{"zh-Hans":{"text":"明天见"}}}]}`},
			{name: "try", path: ask, as: "organiser", body: `{"channel_id":"${channel}","text":"有优惠吗","lang":"en"}`,
				has: []string{`"id":"${one}"`, `"text":"Look"`, `"passive":true`, `"passive":false`, `"open":true`}},
			{name: "try nothing", path: ask, as: "organiser", body: `{"channel_id":"${channel}","event":"menu","key":"x"}`, has: []string{`"rule":null`, `"answers":[]`}},
			{name: "no such event", path: ask, as: "organiser", body: `{"channel_id":"${channel}","event":"subscribe"}`, status: 400},
			{name: "closed at night", method: "PUT", path: "/api/console/v1/opening-hours", as: "organiser",
				body: `{"hours":[{"day":3,"from":540,"to":1020}]}`, has: []string{`"zone":"America/Vancouver"`, `"from":540`}},
			{name: "not a day", method: "PUT", path: "/api/console/v1/opening-hours", as: "organiser", body: `{"hours":[{"day":7,"from":1,"to":2}]}`,
				status: 400, has: []string{"hours_unreadable"}},
			{name: "hours stay", path: "/api/console/v1/opening-hours", as: "organiser", has: []string{`"day":3`}},
			{name: "try at night", path: ask, as: "organiser", body: `{"channel_id":"${channel}","text":"?","at":1778200000000}`, has: []string{"明天见", `"open":false`}},
			{name: "keyword first", path: ask, as: "organiser", body: `{"channel_id":"${channel}","text":"优惠","at":1778200000000}`, has: []string{"看这里"}},
			{name: "order", method: "PUT", path: api + "/order", as: "organiser", body: `{"channel_id":"${channel}","order":["${two}","${one}"]}`, status: 204},
			{name: "now closed first", path: ask, as: "organiser", body: `{"channel_id":"${channel}","text":"优惠","at":1778200000000}`, has: []string{"明天见"}},
			{name: "half an order", method: "PUT", path: api + "/order", as: "organiser", body: `{"channel_id":"${channel}","order":["${two}"]}`, status: 409, has: []string{"rules_changed"}},
			{name: "switch off", method: "PATCH", path: api + "/${two}", as: "organiser", body: `{"enabled":false}`, has: []string{`"enabled":false`, `"name":"关门"`}},
			{name: "off", path: ask, as: "organiser", body: `{"channel_id":"${channel}","text":"优惠","at":1778200000000}`, has: []string{"看这里"}},
			{name: "another's rule", method: "PATCH", path: api + "/${two}", as: "stranger", body: `{"enabled":true}`, status: 404, has: []string{"rule_not_found"}},
			{name: "another deletes nothing", method: "DELETE", path: api + "/${two}", as: "stranger", status: 204},
			{name: "still there", path: api + "?channel=${channel}", as: "organiser", has: []string{"${two}"}},
			{name: "delete", method: "DELETE", path: api + "/${two}", as: "organiser", status: 204},
			{name: "twice", method: "DELETE", path: api + "/${two}", as: "organiser", status: 204},
			{name: "gone", path: api, as: "organiser", not: []string{"${two}"}},
			{name: "no messages", path: "/api/console/v1/messages?state=unsent", as: "organiser", has: []string{`"messages":[]`, `"counts":[]`}},
		})
		if err := w.store.Tx(t.Context(), func(tx *models.Tx) error {
			m := models.Message{ChannelID: 1, Person: "p", OpenID: "o-secret", Body: "{}", Ukey: "k", Purpose: "rule:1", Kind: "text",
				State: models.MessageUnsent, Reason: "window_closed"}
			_, err := tx.In(w.seeded.Community).AddMessage(&m)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w.settle(t, time.Second)
		w.run(t, []call{
			{name: "unsent", path: "/api/console/v1/messages?state=unsent", as: "organiser", has: []string{`"reason":"window_closed"`, `"count":1`, "互动"}, not: []string{"o-secret"}},
			{name: "in English", path: "/api/console/v1/messages", as: "organiser", header: map[string]string{"Accept-Language": "en"}, has: []string{"reopens it"}},
			{name: "another's", path: "/api/console/v1/messages", as: "stranger", not: []string{"window_closed"}},
			{name: "no such state", path: "/api/console/v1/messages?state=odd", as: "organiser", status: 400},
		})
	})
}
