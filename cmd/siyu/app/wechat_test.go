package app_test

import (
	"strings"
	"testing"
	"time"
)

// TestMenuAPI edits and publishes a menu over HTTP.
func TestMenuAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const menu = `{"base_rev":0,"buttons":[{"name":"活动","type":"click","key":"events"},{"name":"更多","sub_button":[{"name":"优惠","type":"view","url":"https://example.com/"}]}]}`
		w.run(t, []call{
			{name: "no menu yet", path: "/api/console/v1/menu", as: "organiser", has: []string{`"origin":"none"`, `"rev":0`, `"changes":[]`}},
			{name: "a brand", path: "/api/console/v1/menu", as: "brand", status: 403},
			{name: "too wide", method: "PUT", path: "/api/console/v1/menu", as: "organiser", status: 400, has: []string{"menu_too_wide"},
				body: `{"base_rev":0,"buttons":[{"name":"1"},{"name":"2"},{"name":"3"},{"name":"4"}]}`},
			{name: "saved", method: "PUT", path: "/api/console/v1/menu", as: "organiser", body: menu, has: []string{`"kind":"added"`, `"keys":["events"]`}, keep: "digest=live.digest"},
			{name: "saved by somebody else", method: "PUT", path: "/api/console/v1/menu", as: "organiser", body: menu, status: 409, has: []string{"menu_edited"}},
			{name: "published", path: "/api/console/v1/menu/publish", as: "organiser", body: `{"rev":1,"base_digest":"${digest}"}`, has: []string{`"drifted":false`, `"changes":[]`}},
			{name: "an old sight", method: "PUT", path: "/api/console/v1/menu", as: "organiser", body: strings.Replace(menu, `"base_rev":0`, `"base_rev":1`, 1)},
			{name: "restored", path: "/api/console/v1/menu/restore", as: "organiser", body: `{"base_rev":2,"rev":1}`, has: []string{`"rev":3`}},
			{name: "unknown revision", path: "/api/console/v1/menu/publish", as: "organiser", body: `{"rev":9,"base_digest":"x"}`, status: 404},
			{name: "revisions", path: "/api/console/v1/menu/revisions?limit=2", as: "organiser", has: []string{`"rev":3`, `"rev":2`}, not: []string{`"rev":1,`}},
		})
	})
}

// TestBroadcastAPI sends a broadcast over HTTP.
func TestBroadcastAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		_, err := w.mei.Follow(t.Context(), official)
		must(t, err)
		w.settle(t, time.Minute)
		const path = "/api/console/v1/broadcasts"
		w.run(t, []call{
			{name: "none yet", path: path, as: "organiser", has: []string{`"broadcasts":[]`}},
			{name: "the settings", path: "/api/console/v1/broadcast-settings", as: "organiser", has: []string{`"monthly":4`, `"kind":"service"`}},
			{name: "new settings", method: "PUT", path: "/api/console/v1/broadcast-settings", as: "organiser", body: `{"kind":"service","monthly":4,"quiet_from":0,"quiet_to":0}`},
			{name: "no name", path: path, as: "organiser", body: `{"content":{"kind":"text","text":"x"},"audience":{"kind":"everyone"}}`, status: 400, has: []string{`"field":"name"`}},
			{name: "drafted", path: path, as: "organiser", status: 201, keep: "id=id",
				body: `{"name":"周报","content":{"kind":"text","text":"周末见"},"audience":{"kind":"everyone"}}`},
			{name: "another community's", path: path + "/${id}", as: "stranger", status: 404},
			{name: "edited", method: "PUT", path: path + "/${id}", as: "organiser", has: []string{`"ver":2`},
				body: `{"name":"周报","ver":1,"content":{"kind":"text","text":"周末再见"},"audience":{"kind":"everyone"}}`},
			{name: "forecast", path: path + "/${id}/forecast", as: "organiser", has: []string{`"people":1`, `"left":[0,0,0,0,1]`, `"skips":0`}},
			{name: "previewed to nobody", path: path + "/${id}/preview", as: "organiser", body: `{"wx_name":"nobody"}`, status: 400, has: []string{"not_following"}},
			{name: "previewed", path: path + "/${id}/preview", as: "organiser", body: `{"wx_name":"小梅"}`, status: 204},
			{name: "an old sight", path: path + "/${id}/confirm", as: "organiser", body: `{"ver":1}`, status: 409, has: []string{"broadcast_moved"}},
			{name: "confirmed", path: path + "/${id}/confirm", as: "organiser", body: `{"ver":2}`, has: []string{`"state":"scheduled"`}},
		})
		w.settle(t, time.Minute)
		all, err := w.sim.Masses(official)
		must(t, err)
		must(t, w.sim.FinishMass(t.Context(), all[0].ID, 10001))
		w.settle(t, time.Minute)
		w.run(t, []call{
			{name: "how it ended", path: path + "/${id}", as: "organiser", has: []string{`"state":"failed"`, `"result":"ad"`, "涉嫌广告"}},
			{name: "too late", path: path + "/${id}/cancel", as: "organiser", method: "POST", status: 409, has: []string{"broadcast_begun"}},
			{name: "listed", path: path + "?limit=1", as: "organiser", has: []string{"周报"}},
			{name: "no more", path: path + "?after=${id}", as: "organiser", has: []string{`"broadcasts":[]`}},
		})
	})
}

// TestTagAPI tags members over HTTP.
func TestTagAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		_, err := w.mei.Follow(t.Context(), official)
		must(t, err)
		w.settle(t, time.Minute)
		const path = "/api/console/v1/tags"
		w.run(t, []call{
			{name: "none yet", path: path, as: "organiser", has: []string{`"tags":[]`}},
			{name: "too long", path: path, as: "organiser", body: `{"name":"一二三四五六七八九十一"}`, status: 400, has: []string{"tag_name_long"}},
			{name: "an odd rule", path: path, as: "organiser", body: `{"name":"x","rule":{"all":[{"kind":"city"}]}}`, status: 400, has: []string{"rule_condition"}},
			{name: "by rule", path: path, as: "organiser", body: `{"name":"新朋友","rule":{"all":[{"kind":"follow"}]}}`, status: 201, keep: "id=id"},
			{name: "twice", path: path, as: "organiser", body: `{"name":"新朋友"}`, status: 409, has: []string{"tag_exists"}},
			{name: "a stranger's", method: "DELETE", path: path + "/${id}", as: "stranger", status: 404},
		})
		w.settle(t, time.Minute)
		w.run(t, []call{
			{name: "in step", path: path, as: "organiser", has: []string{`"people":1`, `"in_step":true`}},
			{name: "who has it", path: path + "/${id}/members", as: "organiser", has: []string{`"by_rule":true`, `"at_wechat":true`}, keep: "member=members.0.member_id"},
			{name: "taken by hand", path: path + "/${id}/members", as: "organiser", body: `{"members":["${member}"],"hand":-1}`, status: 204},
			{name: "nobody", path: path + "/${id}/members", as: "organiser", body: `{"members":["77"],"hand":1}`, status: 404, has: []string{"member_not_found"}},
			{name: "nobody has it", path: path + "/${id}/members", as: "organiser", has: []string{`"members":[]`}},
			{name: "renamed", method: "PUT", path: path + "/${id}", as: "organiser", body: `{"name":"老朋友"}`, not: []string{"rule"}},
			{name: "deleted", method: "DELETE", path: path + "/${id}", as: "organiser", status: 204},
			{name: "gone", path: path, as: "organiser", has: []string{`"tags":[]`}},
		})
		w.settle(t, time.Minute)
		if w.sim.Tagged(official, "老朋友") != nil || w.sim.Tagged(official, "新朋友") != nil {
			t.Error("WeChat has the tag still")
		}
	})
}

// TestDraftAPI keeps pictures and drafts at WeChat over HTTP.
func TestDraftAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const path = "/api/console/v1/drafts"
		w.run(t, []call{
			{name: "none yet", path: path, as: "organiser", has: []string{`"drafts":[]`, `"total":0`}},
			{name: "no picture", path: "/api/console/v1/pictures", as: "organiser", body: "x", status: 400, has: []string{"picture_kind"}},
			{name: "a picture", path: "/api/console/v1/pictures", as: "organiser", body: "GIF89a of a market", status: 201, keep: "cover=media_id"},
			{name: "another site", path: path, as: "organiser", body: `{}`, header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403},
			{name: "no title", path: path, as: "organiser", body: `{"articles":[{"title":"","content":"x","thumb_media_id":"${cover}"}]}`, status: 400, has: []string{"draft_title"}},
			{name: "no such cover", path: path, as: "organiser", body: `{"articles":[{"title":"x","content":"x","thumb_media_id":"y"}]}`, status: 400, has: []string{"media_unknown"}},
			{name: "added", path: path, as: "organiser", body: `{"articles":[{"title":"集市","content":"<p>x</p>","thumb_media_id":"${cover}"}]}`, status: 201, keep: "draft=media_id"},
			{name: "edited", method: "PUT", path: path + "/${draft}", as: "organiser", has: []string{"新集市"},
				body: `{"index":0,"article":{"title":"新集市","content":"<p>x</p>","thumb_media_id":"${cover}"}}`},
			{name: "published", method: "POST", path: path + "/${draft}/publish", as: "organiser", has: []string{`"state":"publishing"`}},
			{name: "under way", method: "POST", path: path + "/${draft}/publish", as: "organiser", status: 409, has: []string{"article_under_way"}},
		})
		must(t, w.sim.FinishPublication(t.Context(), w.sim.Publications(official)[0], 0))
		w.settle(t, time.Minute)
		w.run(t, []call{
			{name: "on the page", path: "/api/console/v1/articles?limit=5", as: "organiser", has: []string{`"state":"published"`, "https://mp.weixin.qq.com/s/"}},
			{name: "not in the box any more", path: path + "/${draft}", as: "organiser", status: 400, has: []string{"media_unknown"}},
			{name: "nothing to delete", method: "DELETE", path: path + "/${draft}", as: "organiser", status: 400},
		})
	})
}
