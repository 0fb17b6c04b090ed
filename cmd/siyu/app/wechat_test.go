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
