package app_test

import "testing"

// TestWelcomes: an organiser writes what newcomers read first, looks at it as they would, and ticks where it is switched on.
func TestWelcomes(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const api = "/api/console/v1/welcomes"
		w.run(t, []call{
			{name: "signed out", path: api, status: 401},
			{name: "a brand", path: api, as: "brand", status: 403},
			{name: "the house's", path: api, as: "organiser", has: []string{`"welcomes":[]`, "欢迎来到", `"greetings":[]`, "只有群主能打开"}},
			{name: "no text", path: api, as: "organiser", status: 400, has: []string{"welcome_empty", `"field":"texts"`},
				body: `{"kind":"contact","texts":{}}`},
			{name: "no such entry", path: api, as: "organiser", status: 404, has: []string{"entry_not_found"},
				body: `{"kind":"contact","texts":{"en":"Hi"},"entry_id":"77"}`},
			{name: "preview", path: api + "/preview", as: "organiser", has: []string{`"text":"Hi, welcome to`, `"lang":"en"`, `"page":"pages/offer/index"`, `"most":4000`},
				body: `{"kind":"contact","texts":{"en":"Hi %NICKNAME%, welcome to %COMMUNITY%","zh-Hans":"你好"},"lang":"en","part":{"kind":"entry"}}`},
			{name: "preview with a name", path: api + "/preview", as: "organiser", has: []string{`"text":"Hi Mei"`},
				body: `{"kind":"contact","texts":{"en":"Hi %NICKNAME%"},"nickname":"Mei"}`},
			{name: "add", path: api, as: "organiser", status: 201, keep: "one=id", has: []string{`"sync":""`, `"enabled":true`},
				body: `{"kind":"contact","name":"大家","texts":{"zh-Hans":"你好"},"part":{"kind":"link","title":"x","url":"https://example.com/"}}`},
			{name: "a group's", path: api, as: "organiser", status: 201, keep: "two=id", has: []string{`"sync":"kept"`, "和这里一样"},
				body: `{"kind":"group","name":"群","texts":{"zh-Hans":"%NICKNAME%，欢迎"}}`},
			{name: "only groups", path: api + "?kind=group&limit=1", as: "organiser", has: []string{"${two}"}, not: []string{"${one}"}},
			{name: "the next page", path: api + "?after=${two}", as: "organiser", has: []string{`"welcomes":[]`}},
			{name: "another's", method: "PUT", path: api + "/${one}", as: "stranger", status: 404, has: []string{"welcome_not_found"},
				body: `{"kind":"contact","texts":{"zh-Hans":"嗨"}}`},
			{name: "change", method: "PUT", path: api + "/${one}", as: "organiser", has: []string{"嗨", `"enabled":false`},
				body: `{"kind":"contact","texts":{"zh-Hans":"嗨"},"enabled":false}`},
			{name: "change a group's", method: "PUT", path: api + "/${two}", as: "organiser", has: []string{`"sync":"kept"`},
				body: `{"kind":"group","name":"群","texts":{"zh-Hans":"欢迎欢迎"}}`},
			{name: "ask WeCom", method: "POST", path: api + "/check?kind=group", as: "organiser", has: []string{`"sync":"kept"`}},
			{name: "groups", path: api + "/groups?limit=1", as: "organiser", keep: "group=groups.0.group_id", has: []string{`"welcome_id":""`, "只有群主能打开"}},
			{name: "tick", method: "PUT", path: "/api/console/v1/groups/${group}/welcome", as: "organiser", status: 204, body: `{"welcome_id":"${two}"}`},
			{name: "ticked", path: api + "/groups", as: "organiser", has: []string{`"welcome_id":"${two}"`}},
			{name: "one for contacts", method: "PUT", path: "/api/console/v1/groups/${group}/welcome", as: "organiser", status: 404, body: `{"welcome_id":"${one}"}`},
			{name: "another's group", method: "PUT", path: "/api/console/v1/groups/${group}/welcome", as: "stranger", status: 404, body: `{"welcome_id":""}`},
			{name: "delete", method: "DELETE", path: api + "/${two}", as: "organiser", status: 204},
			{name: "delete twice", method: "DELETE", path: api + "/${two}", as: "organiser", status: 404},
			{name: "not ticked any more", path: api + "/groups", as: "organiser", not: []string{"${two}"}},
		})
	})
}
