package app_test

import (
	"fmt"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const (
	subscriptions = "/api/mini/v1/subscriptions"
	templates     = "/api/console/v1/templates"
	checks        = "/api/console/v1/checks"
)

// late lets the platform tell what came of earlier calls, and us work on it.
func (w *world) late(t *testing.T) {
	t.Helper()
	_, err := w.sim.DeliverLate(t.Context())
	must(t, err)
	w.settle(t, 5*time.Second)
}

// notified is a staffed world whose account has two templates.
func (w *world) notified(t *testing.T) {
	t.Helper()
	w.staffed(t)
	w.loginMembers(t)
	must(t, w.sim.SetTemplates(miniApp,
		wechatsim.SubscribeTemplate{ID: "TPL-expiry", Title: "Voucher expires", Content: "Voucher:{{thing1.DATA}}\nUntil:{{time2.DATA}}\n"},
		wechatsim.SubscribeTemplate{ID: "TPL-offer", Title: "New offer", Content: "Offer:{{thing1.DATA}}\n"},
		wechatsim.SubscribeTemplate{ID: "TPL-long", Title: "Long-term", Content: "Offer:{{thing1.DATA}}\n", Type: 3}))
	w.call(t, call{name: "nothing was read yet", path: templates, as: "organiser", has: []string{`{"templates":[]}`}})
	w.call(t, call{name: "nothing to ask for", path: subscriptions, as: "member", has: []string{`{"templates":[]}`}})
	w.call(t, call{name: "read", method: "POST", path: templates + "/sync", as: "organiser", keep: "tpl=templates.0.id",
		has: []string{"TPL-expiry", `"name":"time2"`, `"label":"Until"`, `"long_term":true`, `"state":"active"`}})
}

// bound makes somebody the organiser's own WeChat.
func (w *world) bound(t *testing.T, as string) {
	t.Helper()
	w.run(t, []call{
		{name: "nobody yet", path: "/api/console/v1/operator", as: "organiser", has: []string{`"bound":false`}},
		{name: "a made-up code", path: "/api/mini/v1/operator", as: as, body: `{"code":"AAAAAAAAAA"}`, status: 404, has: []string{"operator_code_unknown"}},
		{name: "an old code", method: "POST", path: "/api/console/v1/operator/code", as: "organiser", status: 201, keep: "old=code"},
		{name: "a code", method: "POST", path: "/api/console/v1/operator/code", as: "organiser", status: 201, keep: "code=code"},
		{name: "the old one is void", path: "/api/mini/v1/operator", as: as, body: `{"code":"${old}"}`, status: 404},
		{name: "she enters it", path: "/api/mini/v1/operator", as: as, body: `{"code":"${code}"}`, status: 204},
		{name: "once", path: "/api/mini/v1/operator", as: as, body: `{"code":"${code}"}`, status: 404},
		{name: "known", path: "/api/console/v1/operator", as: "organiser", has: []string{`"bound":true`, `"active":true`}},
	})
}

func (w *world) credits(t *testing.T, want int) {
	t.Helper()
	w.call(t, call{name: "credits", path: templates, as: "organiser", has: []string{fmt.Sprintf(`"credits":%d,`, want)}})
	tpl := pick(t, w.call(t, call{name: "credits", path: templates, as: "organiser"}).body, "templates.0.credits")
	if tpl != fmt.Sprint(want) {
		t.Errorf("%s credits, want %d", tpl, want)
	}
}

// TestTapsCountOnce: the client and the platform tell of the same tap, in any order, twice, or only one of them.
func TestTapsCountOnce(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.notified(t)
		told := func(request, answer string) call {
			return call{name: "the client tells " + request, path: subscriptions, as: "member",
				body: fmt.Sprintf(`{"request":%q,"results":{"TPL-expiry":%q,"TPL-offer":"reject","TPL-none":"accept"}}`, request, answer)}
		}
		tap := func() {
			w.settle(t, 2*time.Second)
			must(t, w.mei.AnswerSubscribe(t.Context(), miniApp, wechatsim.Answer{TemplateID: "TPL-expiry", Answer: "accept"},
				wechatsim.Answer{TemplateID: "TPL-offer", Answer: "reject"}))
			w.settle(t, time.Second)
		}
		w.call(t, call{name: "what to ask for", path: subscriptions, as: "member",
			has: []string{"TPL-expiry", "TPL-offer", `"left":0`}, not: []string{"TPL-long"}})
		tap()
		w.call(t, told("request-1", "accept"))
		w.call(t, told("request-1", "accept"))
		w.credits(t, 1)
		w.call(t, told("request-2", "acceptWithAlert")) // the client is faster than the platform
		w.credits(t, 2)
		tap()
		w.credits(t, 2)
		w.call(t, call{name: "she has enough, and has said no", path: subscriptions, as: "member", has: []string{`{"templates":[]}`}})
		w.sim.DropNextPush()
		tap() // the platform's word is lost
		w.credits(t, 2)
		w.call(t, told("request-3", "accept"))
		w.credits(t, 3)
		for i := range 9 { // a client that invents is believed once, and no more than that
			w.call(t, told(fmt.Sprintf("invented-%d", i), "accept"))
		}
		w.credits(t, 3)
		if real := w.mei.Credits(miniApp, "TPL-expiry"); real != 3 {
			t.Errorf("the platform counts %d", real)
		}
		must(t, w.mei.WithdrawSubscribe(t.Context(), miniApp, "TPL-expiry"))
		w.settle(t, time.Second)
		w.credits(t, 0)
		w.call(t, told("request-4", "accept")) // what she allowed before
		w.credits(t, 0)
		for _, bad := range []string{
			`{"request":"x","results":{"TPL-expiry":"accept"}}`, `{"request":"request-9","results":{}}`,
			`{"request":"request 9!","results":{"TPL-expiry":"accept"}}`, `{"request":"request-9","results":{"TPL-expiry":"maybe"}}`,
			`{"request":"request-9","age_ms":-1,"results":{"TPL-expiry":"accept"}}`,
			`{"request":"request-9","results":{"1":"accept","2":"accept","3":"accept","4":"accept","5":"accept","6":"accept"}}`,
		} {
			w.call(t, call{name: bad, path: subscriptions, as: "member", body: bad, status: 400})
		}
	})
}

// TestTestNotice: the organiser sends a template to her own phone, sees what became of it, and what is wrong with it.
func TestTestNotice(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.notified(t)
		send := call{name: "send", path: templates + "/${tpl}/test", as: "organiser", status: 201, keep: "notice=id",
			body: `{"data":{"thing1":"Coffee","time2":"18:00"},"page":"pages/wall"}`, header: map[string]string{"Idempotency-Key": "test-0001"}}
		try := func(change func(*call)) {
			t.Helper()
			c := send
			c.keep, c.header = "", map[string]string{"Idempotency-Key": fmt.Sprintf("test-%d-%d", len(w.kept), w.now())}
			change(&c)
			w.call(t, c)
		}
		try(func(c *call) { c.status, c.has = 409, []string{"operator_missing"} })
		w.bound(t, "member")
		for range 3 {
			w.settle(t, 2*time.Second)
			must(t, w.mei.AcceptSubscribe(t.Context(), miniApp, "TPL-expiry"))
		}
		try(func(c *call) { c.header, c.status, c.has = nil, 400, []string{"key_missing"} })
		try(func(c *call) {
			c.body, c.status, c.has = `{"data":{"thing1":"Coffee","time2":"soon"}}`, 400, []string{"notice_field", `"field":"time2"`}
		})
		try(func(c *call) { c.as, c.status = "brand", 403 })
		try(func(c *call) { c.as, c.status = "stranger", 404 })
		w.call(t, send)
		w.call(t, send)
		w.settle(t, time.Second)
		if box := w.mei.Inbox(miniApp); len(box) != 1 || box[0].Data["thing1"] != "Coffee" || box[0].Page != "pages/wall" {
			t.Fatalf("she got %d: %+v", len(box), box)
		}
		list := call{name: "what became of it", path: templates + "/${tpl}/notices", as: "organiser"}
		list.has = []string{`"state":"accepted"`}
		w.call(t, list)
		w.late(t)
		list.has = []string{`"state":"delivered"`}
		w.call(t, list)
		w.sim.FailSent("TPL-expiry", -10001, "failed:system failed")
		try(func(c *call) { c.keep = "second=id" })
		w.settle(t, time.Second)
		w.late(t)
		list.has = []string{`"state":"failed"`, "not_delivered", `"id":"${second}"`}
		w.call(t, list)
		w.call(t, call{name: "a page of one", path: templates + "/${tpl}/notices?limit=1", as: "organiser", has: []string{"${second}"}, not: []string{"${notice}"}})
		w.call(t, call{name: "the next", path: templates + "/${tpl}/notices?limit=1&after=${second}", as: "organiser", has: []string{"${notice}"}, not: []string{`"${second}"`}})
		w.call(t, call{name: "pause", method: "POST", path: templates + "/${tpl}/pause", as: "organiser", has: []string{`"reason":"by_hand"`}})
		try(func(c *call) { c.status, c.has = 409, []string{"template_paused"} })
		w.call(t, call{name: "resume", method: "POST", path: templates + "/${tpl}/resume", as: "organiser", has: []string{`"state":"active"`, `"delivered":1`, `"sent":1`, `"credits":1`}})
		w.sim.Fail("/cgi-bin/message/subscribe/send", wechatsim.Fault{Errcode: 47003})
		try(func(c *call) {})
		w.settle(t, time.Second)
		w.call(t, call{name: "paused by the platform", path: templates, as: "organiser", has: []string{`"reason":"invalid_data"`, "47003"}})
		w.call(t, call{name: "forget me", method: "DELETE", path: "/api/console/v1/operator", as: "organiser", status: 204})
		w.call(t, call{name: "nobody", path: "/api/console/v1/operator", as: "organiser", has: []string{`"bound":false`}})
	})
}

// TestTextChecks: what the platform says of a brand's text, and what follows when it says nothing.
func TestTextChecks(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.notified(t)
		const offers, path = "/api/console/v1/offers", "/wxa/msg_sec_check"
		hand := func(title string) {
			t.Helper()
			w.call(t, call{name: "hand in " + title, path: offers, as: "brand", body: w.offer("title", title), status: 201,
				has: []string{`"check_state":"unchecked"`}, keep: "offer=id"})
			w.settle(t, 10*time.Minute)
		}
		shows := func(state, text string) {
			t.Helper()
			body := w.call(t, call{name: "the brand sees", path: offers, as: "brand", header: map[string]string{"Accept-Language": "en"}}).body
			n := 0
			for {
				at := fmt.Sprintf("offers.%d.id", n)
				if pick(t, body, at) == w.kept["offer"] {
					break
				}
				n++
			}
			if got := pick(t, body, fmt.Sprintf("offers.%d.check_state", n)); got != state {
				t.Errorf("the check is %s, want %s", got, state)
			}
			if got := pick(t, body, fmt.Sprintf("offers.%d.check_text", n)); got != text {
				t.Errorf("the brand reads %q, want %q", got, text)
			}
		}
		approve := call{name: "approve", method: "POST", path: offers + "/${offer}/approve", as: "organiser"}
		hand("nobody is here")
		shows("needs_review", "Its author was not in the Mini Program in the last two hours, so WeChat cannot look at it. Please read it yourself.")
		w.call(t, approve)
		shows("passed", "")
		w.bound(t, "member")
		hand("fine")
		shows("passed", "")
		w.call(t, approve)
		w.sim.Moderate("jackpot", "risky", 20006)
		w.sim.Moderate("maybe", "review", 20002)
		hand("jackpot night")
		shows("refused", "crime")
		refused := approve
		refused.status, refused.has = 409, []string{"offer_text_refused"}
		w.call(t, refused)
		w.call(t, call{name: "find it", path: checks + "?state=refused", as: "organiser", has: []string{"jackpot", `"label":20006`}, keep: "check=checks.0.id"})
		w.call(t, call{name: "a stranger", method: "POST", path: checks + "/${check}/pass", as: "stranger", status: 404, has: []string{"check_not_found"}})
		w.call(t, call{name: "a brand", method: "POST", path: checks + "/${check}/pass", as: "brand", status: 403})
		w.call(t, call{name: "it is a card game for children", method: "POST", path: checks + "/${check}/pass", as: "organiser", has: []string{`"state":"passed"`, `"reason":"by_hand"`}})
		w.call(t, approve)
		hand("maybe")
		shows("needs_review", "pornography")
		w.call(t, call{name: "find it", path: checks + "?state=needs_review", as: "organiser", keep: "check=checks.0.id"})
		w.call(t, call{name: "no reason", method: "POST", path: checks + "/${check}/refuse", as: "organiser", body: `{"reason":" "}`, status: 400, has: []string{"reason_missing"}})
		w.call(t, call{name: "refuse", method: "POST", path: checks + "/${check}/refuse", as: "organiser", body: `{"reason":"not in our group"}`})
		shows("refused", "not in our group")
		w.call(t, refused)
		for _, c := range []struct {
			fault wechatsim.Fault
			text  string
		}{
			{wechatsim.Fault{Errcode: 61010}, "Its author was not in the Mini Program in the last two hours, so WeChat cannot look at it. Please read it yourself."},
			{wechatsim.Fault{Errcode: -1, Times: -1}, "WeChat could not be asked. Please read it yourself."},
		} {
			w.sim.Fail(path, c.fault)
			hand(fmt.Sprint("fault ", c.fault.Errcode))
			shows("needs_review", c.text)
			w.sim.ClearFaults()
		}
		w.sim.Fail(path, wechatsim.Fault{Errcode: 45011}) // a minute: worth waiting for
		hand("busy")
		shows("passed", "")
		w.sim.Fail(path, wechatsim.Fault{Errcode: 45009}) // and nobody asks again today
		for _, title := range []string{"one too many", "another one"} {
			hand(title)
			shows("needs_review", "WeChat takes no more questions today. Please read it yourself.")
		}
	})
}

// TestPictureChecks: the platform answers later, or cannot load it, or never answers.
func TestPictureChecks(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.notified(t)
		w.bound(t, "member")
		w.sim.Moderate("bad.jpg", "risky", 20002)
		w.sim.Unloadable("gone.jpg", -1008)
		community := models.CommunityID(0)
		ask := func(url string) models.CheckID {
			t.Helper()
			check := models.Check{Object: "test:" + url, Kind: models.CheckImage, Scene: models.SceneForum, Content: url}
			must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
				channel, err := tx.ChannelByApp(models.MiniProgram, miniApp)
				if err != nil {
					return err
				}
				community = channel.CommunityID
				sc := tx.In(community)
				if _, err := sc.AddCheck(&check); err != nil {
					return err
				}
				return jobs.Enqueue(tx, models.Judge{Community: community, Check: check.ID}, tx.Now)
			}))
			w.settle(t, time.Second)
			return check.ID
		}
		holds := func(id models.CheckID, state models.CheckState, label int, reason string) {
			t.Helper()
			c, err := w.store.Read(t.Context()).In(community).Check(id)
			must(t, err)
			if c.State != state || c.Label != label || c.Reason != reason {
				t.Errorf("%s: %s %d %q, want %s %d %q", c.Content, c.State, c.Label, c.Reason, state, label, reason)
			}
		}
		good, bad, gone := ask("https://x.example/good.jpg"), ask("https://x.example/bad.jpg"), ask("https://x.example/gone.jpg")
		holds(good, models.CheckChecking, 0, "")
		w.late(t)
		holds(good, models.CheckPassed, 100, "")
		holds(bad, models.CheckRefused, 20002, "")
		holds(gone, models.CheckReview, 0, models.ReviewDownload)
		slow := ask("https://x.example/slow.jpg")
		w.settle(t, 31*time.Minute)
		holds(slow, models.CheckReview, 0, models.ReviewTimeout)
		w.late(t)
		holds(slow, models.CheckPassed, 100, "")
		w.sim.Fail("/wxa/media_check_async", wechatsim.Fault{Errcode: 48001})
		holds(ask("https://x.example/denied.jpg"), models.CheckReview, 0, models.ReviewDenied)
	})
}
