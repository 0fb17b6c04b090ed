package app_test

import "testing"

// TestReturnsAPI: what brings members back, as members and organisers ask for it; every answer is held to the contract.
func TestReturnsAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.loginMembers(t)
		w.onSale(t, map[string]string{"bun": w.offer()})
		const mini, console = "/api/mini/v1", "/api/console/v1"
		post := func(c call) call { c.method = "POST"; return c }
		w.run(t, []call{
			{name: "nobody checks in", path: mini + "/checkins", body: `{}`, status: 401},
			{name: "no such zone", path: mini + "/checkins", as: "member", body: `{"zone":"Mars/Olympus"}`, status: 400, has: []string{"zone_unknown"}},
			{name: "the same in Traditional Chinese", path: mini + "/checkins", as: "member", body: `{"zone":"Mars/Olympus"}`, status: 400,
				header: map[string]string{"Accept-Language": "zh-TW"}, has: []string{"時區"}},
			{name: "here", path: mini + "/checkins", as: "member", body: `{"zone":"America/Vancouver"}`, has: []string{`"fresh":true`, `"points":1`, `"days":1`}},
			post(call{name: "here again, without a body", path: mini + "/checkins", as: "member", has: []string{`"fresh":false`, `"points":0`}}),
			{name: "her streak", path: mini + "/streak?zone=America%2FVancouver", as: "member", has: []string{`"today":true`, `"make_ups":[]`}},
			{name: "too old to make up", path: mini + "/checkins/make-up", as: "member", body: `{"date":"2020-01-01"}`, status: 409, has: []string{"make_up_closed"}},
			{name: "no date", path: mini + "/checkins/make-up", as: "member", body: `{"date":"soon"}`, status: 400, has: []string{`"field":"date"`}},
			{name: "her points", path: mini + "/points", as: "member", has: []string{`"balance":1`, `"level":1`, "新朋友", "老朋友"}},
			{name: "why", path: mini + "/points/history", as: "member", has: []string{`"reason":"visit"`, "签到"}, keep: "entry=entries.0.id"},
			{name: "the next page", path: mini + "/points/history?after=${entry}&limit=5", as: "member", has: []string{`"entries":[]`}},
			{name: "no such page", path: mini + "/points/history?after=1", as: "member", status: 400},
			{name: "the rules", path: console + "/rewards", as: "organiser", has: []string{`"rev":0`, "常客"}},
			{name: "the rules are no brand's", path: console + "/rewards", as: "brand", status: 403},
			{name: "points for sharing", method: "PUT", path: console + "/rewards", as: "organiser", status: 400, has: []string{"action_worthless", "分享"},
				body: `{"base":0,"rewards":{"points":[{"action":"share","points":5}],"levels":[{"from":0}],"streak":{},"remind":{}}}`},
			{name: "two for coming", method: "PUT", path: console + "/rewards", as: "organiser", has: []string{`"rev":1`},
				body: `{"base":0,"rewards":{"points":[{"action":"visit","points":2}],"levels":[{"name":"邻居","from":0}],"streak":{},"remind":{}}}`},
			{name: "from an old revision", method: "PUT", path: console + "/rewards", as: "organiser", status: 409, has: []string{"rewards_moved", `"newer"`, "邻居"},
				body: `{"base":0,"rewards":{"points":[],"levels":[{"from":0}],"streak":{},"remind":{}}}`},
			{name: "what was before", path: console + "/rewards/revisions", as: "organiser", has: []string{`"rev":1`, "邻居"}},
			{name: "ready-made quests", path: console + "/quests/presets", as: "organiser", header: map[string]string{"Accept-Language": "en"}, has: []string{"Check in on 5 days"}},
			{name: "a quest that asks for friends", path: console + "/quests", as: "organiser", status: 400, has: []string{"quest_induces", "邀请"},
				body: `{"action":"visit","period":"once","goal":1,"points":5,"title":"邀 请三位好友"}`},
			{name: "a question", path: console + "/quests", as: "organiser", status: 201, keep: "poll=id",
				body: `{"action":"answer","period":"once","goal":1,"points":5,"title":"周末做什么？","choices":["野餐","看展"]}`},
			{name: "what she can do", path: mini + "/quests", as: "member", has: []string{"野餐", `"choice":-1`, `"got":false`}},
			{name: "no such answer", path: mini + "/quests/${poll}/answer", as: "member", body: `{"choice":2}`, status: 400},
			{name: "her answer", path: mini + "/quests/${poll}/answer", as: "member", body: `{"choice":0}`, has: []string{`"choice":0`, `"got":true`}},
			{name: "how it was answered", path: console + "/quests", as: "organiser", has: []string{`"answered":[1,0]`, `"finished":1`}},
			post(call{name: "the end", path: console + "/quests/${poll}/end", as: "organiser", status: 204}),
			{name: "too late", path: mini + "/quests/${poll}/answer", as: "member2", body: `{"choice":0}`, status: 409, has: []string{"quest_over"}},
			{name: "her code", path: mini + "/referral", as: "member", keep: "ref=code"},
			{name: "by her card", path: mini + "/referrals", as: "member2", body: `{"code":"${ref}"}`, status: 204},
			{name: "who was brought", path: console + "/referrals?weeks=1", as: "organiser", has: []string{`"brought":`}},
			post(call{name: "a voucher", path: mini + "/offers/${bun}/claims", as: "member", header: key("key-return"), keep: "code=code"}),
			post(call{name: "which it is", path: mini + "/offers/${bun}/claims", as: "member", header: key("key-return"), keep: "voucher=id"}),
			{name: "too early for a review", path: mini + "/vouchers/${voucher}/review", as: "member", body: `{"stars":5}`, status: 409, has: []string{"review_too_early"}},
			{name: "written off", path: redemptions, as: "staff", body: `{"code":"${code}","request_no":"request-return"}`},
			{name: "six stars", path: mini + "/vouchers/${voucher}/review", as: "member", body: `{"stars":6}`, status: 400, has: []string{`"field":"stars"`}},
			{name: "not hers", path: mini + "/vouchers/${voucher}/review", as: "member2", body: `{"stars":1}`, status: 404},
			{name: "five stars", path: mini + "/vouchers/${voucher}/review", as: "member", body: `{"stars":5}`, has: []string{`"state":"shown"`}, keep: "review=id"},
			{name: "what is said", path: mini + "/offers/${bun}/reviews", as: "member2", has: []string{`"stars":5`, `"count":1`}, not: []string{"average"}},
			{name: "hers", path: mini + "/reviews", as: "member", has: []string{"${voucher}"}},
			{name: "all", path: console + "/reviews?state=shown", as: "organiser", has: []string{"${review}"}},
			{name: "hidden", path: console + "/reviews/${review}/hide", as: "organiser", body: `{"reason":"刷分"}`, has: []string{`"hidden":true`}},
			{name: "not seen", path: mini + "/offers/${bun}/reviews", as: "member2", has: []string{`"reviews":[]`}},
			{name: "she reads why", path: mini + "/reviews", as: "member", has: []string{"刷分"}},
			post(call{name: "shown again", path: console + "/reviews/${review}/show", as: "organiser", has: []string{`"hidden":false`}}),
			{name: "less of the brand", path: console + "/offers", as: "organiser", keep: "brand_id=offers.0.brand_id"},
			{name: "less", path: mini + "/refusals", as: "member2", body: `{"brand_id":"${brand_id}"}`, has: []string{"${brand_id}"}},
			{name: "no such brand", path: mini + "/refusals", as: "member2", body: `{"brand_id":"12345"}`, status: 404},
			{name: "no advertising", path: mini + "/refusals", as: "member2", body: `{}`, has: []string{`"brand_id":""`}},
			{name: "more again", path: mini + "/refusals/undo", as: "member2", body: `{"brand_id":"${brand_id}"}`, not: []string{"${brand_id}"}},
			{name: "what she refuses", path: mini + "/refusals", as: "member2", has: []string{`"brand_id":""`}},
			{name: "of what members were reminded", path: console + "/reminders?state=held", as: "organiser", has: []string{`"reminders":[]`}},
			{name: "no such state", path: console + "/reminders?state=sent", as: "organiser", status: 400},
			{name: "points for nobody", path: console + "/members/12345/points", as: "organiser", body: `{"points":5,"reason":"补偿"}`, header: key("adjust-01"), status: 404},
		})
	})
}
