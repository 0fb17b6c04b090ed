package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/skip2/go-qrcode"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// The browsers that open an entry's page.
const (
	phone   = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1"
	wechat  = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.56"
	wecom   = wechat + " wxwork/4.1.30"
	crawler = "Mozilla/5.0 AppleWebKit/537.36 Chrome/98 Safari/537.36 MicroMessenger/8.0 mpcrawler"
)

func agent(name string) map[string]string { return map[string]string{"User-Agent": name} }

const (
	entriesPath = "/api/console/v1/entries"
	livePath    = "/api/console/v1/live-codes"
)

// visit opens a page with a browser that may keep cookies, and returns its cookie.
func (w *world) visit(t *testing.T, path, browser, cookie string) (answer, string) {
	t.Helper()
	a := w.send(t, http.MethodGet, path, guest{cookie: cookie}, "", agent(browser))
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if !c.HttpOnly || c.Path != "/e/" || c.SameSite != http.SameSiteLaxMode || c.Domain != "" {
			t.Errorf("the cookie is %+v", c)
		}
		cookie = c.Name + "=" + c.Value
	}
	return a, cookie
}

// picture fetches the QR code of a page, as a browser does.
func (w *world) picture(t *testing.T, page answer, browser, cookie string) answer {
	t.Helper()
	src := regexp.MustCompile(`<img src="([^"]+)"`).FindSubmatch(page.body)
	if src == nil {
		t.Fatalf("the page has no picture: %s", page.body)
	}
	return w.send(t, http.MethodGet, strings.ReplaceAll(string(src[1]), "&amp;", "&"), guest{cookie: cookie}, "", agent(browser))
}

func (w *world) visits(t *testing.T, id string) string {
	t.Helper()
	return pick(t, w.call(t, call{name: "the entry", path: entriesPath + "/" + id, as: "organiser"}).body, "visits")
}

// TestVisitsAreCounted: a person is one visit however often she opens the page, with cookies or without; robots, previews
// and checks are none; a forged cookie is nobody's.
func TestVisitsAreCounted(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		e := w.seeded.Entries[0]
		row, err := w.store.Read(t.Context()).EntryByCode(e.Code)
		must(t, err)
		page, want := "/e/"+e.Code, 0
		step := func(name string, more int) {
			t.Helper()
			if want += more; w.visits(t, row.ID.String()) != fmt.Sprint(want) {
				t.Fatalf("%s: %s visits, want %d", name, w.visits(t, row.ID.String()), want)
			}
		}
		a, her := w.visit(t, page, phone, "")
		w.picture(t, a, phone, her)
		step("the first", 1)
		w.visit(t, page, phone, her)
		w.clock.Advance(48 * time.Hour)
		w.visit(t, page, wechat, her)
		step("she again, another day", 0)
		w.clock.Advance(-48 * time.Hour)
		a, other := w.visit(t, page, phone, "")
		w.picture(t, a, phone, other)
		step("another phone like hers, at the same address", 1)
		for range 3 {
			a, _ = w.visit(t, page, "Mozilla/5.0 without cookies", "")
			w.picture(t, a, "Mozilla/5.0 without cookies", "")
		}
		step("a browser without cookies", 1)
		for _, name := range []string{crawler, "Baiduspider/2.0", "facebookexternalhit/1.1", "curl/8.9"} {
			w.visit(t, page, name, "")
		}
		w.send(t, http.MethodHead, page, guest{}, "", agent("Mozilla/5.0 a head"))
		w.send(t, http.MethodGet, page, guest{}, "", map[string]string{"User-Agent": "Mozilla/5.0 ahead", "Sec-Purpose": "prefetch;prerender"})
		step("robots", 0)
		forged := strings.Replace(her, "=", "=00", 1)
		for range 2 {
			w.visit(t, page, "Mozilla/5.0 forger", forged)
		}
		step("a forger", 1)
		w.visit(t, "/e/"+w.seeded.Entries[1].Code, phone, her)
		step("another entry", 0)
		w.secret = append(w.secret, strings.TrimPrefix(her, "siyu_visitor="))
	})
}

// TestEntryPageStates: the page says the right thing in every state, browser and language, and names no target but ours.
func TestEntryPageStates(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const evil = `"><script>alert(1)</script>{{.Join}}`
		group := models.Group{Name: evil, Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Capacity: 100}
		must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(w.seeded.Community).InsertGroup(&group) }))
		w.kept["group"] = group.ID.String()
		way := "/api/console/v1/groups/${group}/way"
		w.run(t, []call{
			{name: "an entry", path: entriesPath, as: "organiser", status: 201, body: `{"group_id":"${group}","label":"海报","link":true,"mini_code":true,"qr":"temporary"}`,
				has: []string{`"qr":"temporary"`, "https://wxaurl.cn/", "?cq=e%3D"}, keep: "entry=id"},
			{name: "its code", path: entriesPath + "/${entry}", as: "organiser", keep: "code=code"},
		})
		page := "/e/" + w.kept["code"]
		clean := []string{"<script", "javascript:", "evil.example"}
		in := func(name, browser, lang string, has ...string) call {
			return call{name: name, path: page, header: map[string]string{"User-Agent": browser, "Accept-Language": lang}, has: has, not: clean}
		}
		w.run(t, []call{
			in("no way in yet", phone, "zh-CN", "正在更新", "关注我们的公众号", "wxaurl.cn"),
			{name: "not a group's link", method: "PUT", path: way, as: "organiser", body: `{"url":"https://evil.example/g/AAAAAAAAAA"}`, status: 400, has: []string{"invite_not_group"}},
			{name: "the group's link", method: "PUT", path: way, as: "organiser", body: `{"url":"https://weixin.qq.com/g/AQYAAExample01","headcount":3}`, has: []string{`"headcount":3`}},
			in("outside", phone, "zh-CN", "用微信扫描", "&lt;script&gt;", "打开小程序", "qr.png?k="),
			in("in WeChat", wechat, "zh-TW,zh;q=0.9", "長按識別", `lang="zh-Hant"`),
			in("in WeCom", wecom, "en-CA", "This is a WeChat group"),
			in("in no language of ours", phone, "fr", "用微信扫描"),
			{name: "the language she chose", path: page + "?lang=en", header: agent(wechat), has: []string{"Press and hold"}},
			{name: "a language that is none", path: page + "?lang=%22%3E%3Cscript%3E", header: agent(wechat), has: []string{"长按"}, not: clean},
			{name: "a target from the query", path: page + "?url=https://evil.example&pick=javascript:x&to=//evil.example", header: agent(phone), not: []string{"<script", `href="javascript:`, `href="https://evil`, `href="//`}},
			{name: "full", method: "PUT", path: way, as: "organiser", body: `{"headcount":100}`},
			in("full", wechat, "en", "This group is full", "follow our Official Account"),
			{name: "room", method: "PUT", path: way, as: "organiser", body: `{"headcount":50}`},
		})
		open, _ := w.visit(t, page, phone, "")
		key := regexp.MustCompile(`qr\.png\?k=([\w-]+)`).FindSubmatch(open.body)[1]
		for name, k := range map[string]string{"cut": string(key[:10]), "of another page": string(key), "changed": string(key[1:]) + string(key[:1]), "no base64": "!!"} {
			path := page
			if name == "of another page" {
				path = "/e/" + w.seeded.Entries[0].Code
			}
			w.call(t, call{name: "a picture key " + name, path: path + "/qr.png?k=" + url.QueryEscape(k), status: 404})
		}
		w.clock.Advance(3 * time.Hour)
		w.call(t, call{name: "an old picture", path: page + "/qr.png?k=" + string(key), status: 404})
		w.clock.Advance(7 * 24 * time.Hour)
		w.run(t, []call{
			in("its QR code has ended", wechat, "en", "being renewed"),
			{name: "no picture then", path: page + "/qr.png", status: 404},
			{name: "retire", method: "POST", path: entriesPath + "/${entry}/retire", as: "organiser"},
			in("retired", wechat, "en", "has ended"),
			{name: "no picture of it", path: page + "/qr.png", status: 404},
			{name: "renew what is retired", method: "POST", path: entriesPath + "/${entry}/renew", as: "organiser", status: 409, has: []string{"entry_retired"}},
		})
	})
}

// TestEntriesAPI: what an organiser does with entries and live codes, and that nobody else can.
func TestEntriesAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.kept["group"], w.kept["wecom"] = w.seeded.Groups[2].ID.String(), w.seeded.Groups[0].ID.String()
		w.run(t, []call{
			{name: "none", path: livePath, as: "organiser", has: []string{`{"live_codes":[]}`}},
			{name: "a video", path: "/api/console/v1/videos", as: "organiser", body: `{"title":"周末"}`, status: 201, keep: "video=id"},
			{name: "a live code", path: livePath, as: "organiser", body: `{"name":"总码","rule":"city"}`, status: 201, has: []string{`"margin":5`, `"pool_empty"`}, keep: "live=id"},
			{name: "no rule", path: livePath, as: "organiser", body: `{"name":"x","rule":"best"}`, status: 400, has: []string{`"field":"rule"`}},
			{name: "a group", path: livePath + "/${live}/groups", as: "organiser", body: `{"group_id":"${group}","city":"温哥华"}`, has: []string{`"state":"open"`, `"pool_low"`}},
			{name: "the same", path: livePath + "/${live}/groups", as: "organiser", body: `{"group_id":"${group}"}`, status: 409, has: []string{"live_room_taken"}},
			{name: "another's group", path: livePath + "/${live}/groups", as: "organiser", body: `{"group_id":"${other_group}"}`, status: 404},
			{name: "one of WeCom", path: livePath + "/${live}/groups", as: "organiser", body: `{"group_id":"${wecom}","city":"列治文","place":1,"rolls":true}`, has: []string{`"rolls":true`}},
			{name: "an entry", path: entriesPath, as: "organiser", body: `{"live_id":"${live}","video_id":"${video}","qr":"permanent"}`, status: 201, has: []string{`"leads_to":"总码"`}, keep: "entry=id"},
			{name: "its code", path: entriesPath + "/${entry}", as: "organiser", keep: "code=code"},
			{name: "nowhere", path: entriesPath, as: "organiser", body: `{"video_id":"${video}"}`, status: 400, has: []string{"entry_leads_nowhere"}},
			{name: "both ways", path: entriesPath, as: "organiser", body: `{"live_id":"${live}","group_id":"${group}"}`, status: 400},
			{name: "no such video", path: entriesPath, as: "organiser", body: `{"group_id":"${group}","video_id":"7"}`, status: 404, has: []string{"video_not_found"}},
			{name: "by city", path: "/e/${code}?pick=%E5%88%97%E6%B2%BB%E6%96%87", header: agent(wechat), has: []string{"北岸亲子一群", "温哥华", "qr.png"}},
			{name: "the newest", path: entriesPath + "?limit=1", as: "organiser", has: []string{`"id":"${entry}"`}},
			{name: "the next", path: entriesPath + "?limit=1&after=${entry}", as: "organiser", not: []string{`"id":"${entry}"`}},
			{name: "a bad page", path: entriesPath + "?limit=0.5", as: "organiser", status: 400},
			{name: "printed", path: entriesPath + "/${entry}/picture?of=qr&format=svg", as: "organiser", has: []string{"<svg", "viewBox"}},
			{name: "printed large", path: entriesPath + "/${entry}/picture?size=2048", as: "organiser", has: []string{"PNG"}},
			{name: "too large", path: entriesPath + "/${entry}/picture?size=99999", as: "organiser", status: 400},
			{name: "the Mini Program's", path: entriesPath + "/${entry}/picture?of=mini_code", as: "organiser", has: []string{"scene=e=${code}"}},
			{name: "slots", path: "/api/console/v1/slots", as: "organiser", has: []string{`"limit":100000`}},
			{name: "pause it", method: "PATCH", path: livePath + "/${live}", as: "organiser", body: `{"paused":true}`, has: []string{`"open":0`}},
			{name: "paused", path: "/e/${code}", header: agent(wechat), has: []string{"正在更新"}, not: []string{"data-join"}},
			{name: "go on", method: "PATCH", path: livePath + "/${live}", as: "organiser", body: `{"paused":false,"rule":"least_full"}`, has: []string{`"least_full"`}},
			{name: "move", method: "PATCH", path: livePath + "/${live}/groups/${wecom}", as: "organiser", body: `{"paused":true}`, has: []string{`"state":"paused"`}},
			{name: "take out", method: "DELETE", path: livePath + "/${live}/groups/${wecom}", as: "organiser", not: []string{"${wecom}"}},
			{name: "WeCom tells itself", method: "PUT", path: "/api/console/v1/groups/${wecom}/way", as: "organiser", body: `{"headcount":3}`, status: 400, has: []string{"group_not_ordinary"}},
			{name: "another's entry", path: entriesPath + "/${entry}", as: "stranger", status: 404},
			{name: "another's live code", path: livePath + "/${live}", as: "stranger", status: 404, has: []string{"live_not_found"}},
			{name: "another retires it", method: "POST", path: livePath + "/${live}/retire", as: "stranger", status: 404},
			{name: "a brand", path: entriesPath, as: "brand", status: 403},
			{name: "nobody", path: livePath, status: 401},
		})
		png, err := qrcode.Encode("https://weixin.qq.com/g/AQYAAFromPicture", qrcode.Medium, 300)
		must(t, err)
		picture := "/api/console/v1/groups/${group}/way/picture"
		w.run(t, []call{
			{name: "a picture", method: "PUT", path: picture, as: "organiser", body: string(png), has: []string{"AQYAAFromPicture"}},
			{name: "no picture", method: "PUT", path: picture, as: "organiser", body: "hello", status: 400, has: []string{"picture_unreadable"}},
			{name: "a huge one", method: "PUT", path: picture, as: "organiser", body: strings.Repeat("x", 5<<20), status: 413},
			{name: "another's", method: "PUT", path: "/api/console/v1/groups/${other_group}/way/picture", as: "organiser", body: string(png), status: 404},
			{name: "by nobody", method: "PUT", path: picture, body: string(png), status: 401},
			{name: "it is open", path: livePath + "/${live}", as: "organiser", has: []string{`"state":"open"`, `"pool_low"`}},
			{name: "retire it", method: "POST", path: livePath + "/${live}/retire", as: "organiser"},
			{name: "ended", path: "/e/${code}", header: agent(wechat), has: []string{"已经结束"}},
			{name: "change what is retired", method: "PATCH", path: livePath + "/${live}", as: "organiser", body: `{"paused":true}`, status: 409, has: []string{"live_retired"}},
		})
		w.sim.Fail("/cgi-bin/qrcode/create", wechatsim.Fault{Errcode: 40053})
		w.call(t, call{name: "WeChat refuses", path: entriesPath, as: "organiser", body: `{"group_id":"${group}","qr":"temporary"}`, status: 400, has: []string{"wechat_refused"}})
	})
}

// TestWarningsAPI: what goes wrong is listed in words and put aside once.
func TestWarningsAPI(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.kept["group"] = w.seeded.Groups[2].ID.String()
		const list = "/api/console/v1/warnings"
		w.run(t, []call{
			{name: "none", path: list, as: "organiser", has: []string{`{"warnings":[]}`}},
			{name: "a live code", path: livePath, as: "organiser", body: `{"name":"总码","rule":"in_order"}`, status: 201, keep: "live=id"},
			{name: "a group", path: livePath + "/${live}/groups", as: "organiser", body: `{"group_id":"${group}"}`},
		})
		w.settle(t, 2*time.Hour)
		w.run(t, []call{
			{name: "one", path: list, as: "organiser", has: []string{`"pool_low"`, "总码"}, keep: "warning=warnings.0.id"},
			{name: "today", path: "/api/console/v1/today", as: "organiser", has: []string{`"warnings":1`}},
			{name: "another's", path: list, as: "stranger", has: []string{`{"warnings":[]}`}},
			{name: "another puts it aside", method: "POST", path: list + "/${warning}/seen", as: "stranger", status: 204},
			{name: "still there", path: list, as: "organiser", has: []string{`"pool_low"`}},
			{name: "put aside", method: "POST", path: list + "/${warning}/seen", as: "organiser", status: 204},
			{name: "again", method: "POST", path: list + "/${warning}/seen", as: "organiser", status: 204},
			{name: "none", path: list, as: "organiser", has: []string{`{"warnings":[]}`}},
		})
	})
}
