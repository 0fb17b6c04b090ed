package app_test

import (
	"encoding/json"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// TestLiveCards: an owner forwards the card of her task, and what members claim shows on it; the organiser reads why it is
// that kind of card.
func TestLiveCards(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.loginMembers(t)
		w.bound(t, "member") // she is the organiser
		const channels = "/api/console/v1/channels"
		w.onSale(t, map[string]string{"offer": w.offer("stock", 2, "ends_at", w.now().Add(20*time.Hour), "redeem_by", w.now().Add(40*time.Hour))})
		w.settle(t, 5*time.Minute)
		ids := w.taskIDs(t)
		w.kept["hand"], w.kept["byapi"] = ids["ordinary"], ids["wecom"]
		a := w.call(t, call{name: "the card", method: "POST", path: "/api/mini/v1/tasks/${hand}/card", as: "member",
			has: []string{`"kind":"updatable"`, `"code":"shows_stock"`, "member_count", `"value":"0"`, `"value":"2"`}, keep: "activity=activity_id"})
		board := w.call(t, call{name: "the board", path: "/api/console/v1/groups", as: "organiser"})
		w.kept["hand_post"] = livePost(t, board.body, "ordinary")
		w.kept["api_post"] = livePost(t, board.body, "wecom")
		var card struct {
			ActivityID string `json:"activity_id"`
			TemplateID string `json:"template_id"`
			Path       string `json:"path"`
		}
		must(t, json.Unmarshal(a.body, &card))
		group := w.seeded.Groups[2].Sim
		must(t, group.PostLive(group.Members()[0], wechatsim.Post{AppID: miniApp, Page: card.Path},
			wechatsim.Share{ActivityID: card.ActivityID, TemplateID: card.TemplateID, Count: "0", Limit: "2"}))
		w.run(t, []call{
			{name: "again", path: "/api/mini/v1/tasks/${hand}/card", as: "member", body: `{"base_library":"3.9.0"}`, has: []string{"${activity}"}},
			{name: "somebody else", method: "POST", path: "/api/mini/v1/tasks/${hand}/card", as: "member2", status: 404, has: []string{"task_not_found"}},
			{name: "nobody", method: "POST", path: "/api/mini/v1/tasks/${hand}/card", status: 401},
			{name: "what WeCom posts", method: "POST", path: "/api/mini/v1/tasks/${byapi}/card", as: "member", has: []string{`"kind":"plain"`, `"activity_id":""`, "wecom_task"}},
			{name: "claim", path: "/api/mini/v1/offers/${offer}/claims", as: "member2", body: `{}`, header: key("key-of-the-claim")},
		})
		w.settle(t, time.Minute)
		if _, words, _ := w.sim.LiveCard(card.ActivityID); words != "成员正在加入，当前 1/2 人" {
			t.Errorf("after one claim the card says %q", words)
		}
		w.call(t, call{name: "claim the last", path: "/api/mini/v1/offers/${offer}/claims", as: "member", body: `{}`, header: key("key-of-the-other")})
		w.settle(t, time.Minute)
		if _, words, _ := w.sim.LiveCard(card.ActivityID); words != "已到齐" {
			t.Errorf("sold out, and the card says %q", words)
		}
		after := w.call(t, call{name: "the board of what is sold out", path: "/api/console/v1/groups", as: "organiser"})
		if livePost(t, after.body, "ordinary") != w.kept["hand_post"] {
			t.Error("a card that was taken does not count any more")
		}
		w.run(t, []call{
			{name: "why this card", path: "/api/console/v1/placements/${hand_post}", as: "organiser",
				has: []string{`"kind":"updatable"`, `"state":"ended"`, `"says":"2/2"`, "卡片会自己更新", `"problem":""`}},
			{name: "why that one", path: "/api/console/v1/placements/${api_post}", as: "organiser", header: map[string]string{"Accept-Language": "en"},
				has: []string{`"kind":"plain"`, `"state":""`, "can never change afterwards"}},
			{name: "channels", path: channels, as: "organiser", keep: "mini=channels.1.id"},
			{name: "nothing said", path: channels + "/${mini}/cards", as: "organiser", has: []string{`"chat_tool":""`}},
			{name: "said", method: "PUT", path: channels + "/${mini}/cards", as: "organiser", body: `{"chat_tool":"open","category":"bank","base_library":"3.12.0","todo":true}`,
				has: []string{`"chat_tool":"open"`, `"todo":true`}},
			{name: "no such version", method: "PUT", path: channels + "/${mini}/cards", as: "organiser", body: `{"base_library":"new"}`, status: 400, has: []string{`"field":"base_library"`}},
			{name: "no such grant", method: "PUT", path: channels + "/${mini}/cards", as: "organiser", body: `{"chat_tool":"all"}`, status: 400},
			{name: "another's", method: "PUT", path: channels + "/${mini}/cards", as: "stranger", body: `{}`, status: 404, has: []string{"channel_unknown"}},
			{name: "stays", path: channels + "/${mini}/cards", as: "organiser", has: []string{`"category":"bank"`}},
		})
	})
}

// livePost finds the post that counts in the first group of a kind.
func livePost(t *testing.T, body []byte, kind string) string {
	t.Helper()
	var board struct {
		Groups []struct {
			Kind string `json:"kind"`
			Live []struct {
				ID string `json:"id"`
			} `json:"live"`
		} `json:"groups"`
	}
	must(t, json.Unmarshal(body, &board))
	for _, g := range board.Groups {
		if g.Kind == kind && len(g.Live) > 0 {
			return g.Live[0].ID
		}
	}
	t.Fatalf("no post in a %s group", kind)
	return ""
}
