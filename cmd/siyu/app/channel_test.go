package app_test

import (
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// TestChannels: an organiser sees how her accounts stand and what helps, checks one, and clears its quota.
func TestChannels(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const channels = "/api/console/v1/channels"
		oa := wechatsim.DefaultOfficialAppID
		who := "/api/console/v1/channels/${official}/"
		w.run(t, []call{
			{name: "how they stand", path: channels, as: "organiser", has: []string{oa, wechatsim.DefaultCorpID, `"stopped":null`}, keep: "official=channels.0.id"},
			{name: "another community has none", path: channels, as: "stranger", has: []string{`"channels":[]`}},
			{name: "brands do not see them", path: channels, as: "brand", status: 403},
			{name: "a check", method: "POST", path: who + "check", as: "organiser", has: []string{`"token":true`, `"network":true`, `"reached":true`, `"remedy":""`}},
			{name: "of somebody else's account", method: "POST", path: who + "check", as: "stranger", status: 404, has: []string{"channel_unknown"}},
			{name: "of nothing", method: "POST", path: channels + "/x/check", as: "organiser", status: 404},
		})
		must(t, w.sim.SetWhitelist(oa, "10.0.0.1"))
		w.run(t, []call{
			{name: "our address is not welcome", method: "POST", path: who + "check", as: "organiser",
				has: []string{`"token":false`, `"remedy":"allow_address"`, `"code":40164`, "127.0.0.1", "白名单"}},
			{name: "it is said", path: channels, as: "organiser", has: []string{`"ip":"127.0.0.1"`, `"remedy":"allow_address"`, `"code":40164`}},
			{name: "in English", path: channels, as: "organiser", header: map[string]string{"Accept-Language": "en"}, has: []string{"Put 127.0.0.1 on the account"}},
		})
		must(t, w.sim.SetWhitelist(oa))
		w.run(t, []call{
			{name: "it is mended", method: "POST", path: who + "check", as: "organiser", has: []string{`"token":true`}},
			{name: "and no longer said", path: channels, as: "organiser", has: []string{`"ip":""`}, not: []string{"allow_address"}},
			{name: "clearing wants to be confirmed", path: who + "quota/clear", as: "organiser", body: `{}`, status: 400},
			{name: "clearing", path: who + "quota/clear", as: "organiser", body: `{"confirm":true}`, has: []string{`"left":9`}},
			{name: "of somebody else's account", path: who + "quota/clear", as: "stranger", body: `{"confirm":true}`, status: 404},
		})
		for range 9 {
			w.call(t, call{name: "again", path: who + "quota/clear", as: "organiser", body: `{"confirm":true}`})
		}
		w.call(t, call{name: "an eleventh time", path: who + "quota/clear", as: "organiser", body: `{"confirm":true}`, status: 409, has: []string{"quota_clear_spent", "10 次"}})
		w.settle(t, 25*time.Hour)
		w.call(t, call{name: "a day later", path: channels, as: "organiser"})
	})
}
