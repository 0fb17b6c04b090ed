package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"siyu/models"
)

// signIn gets a console cookie, or a till's token, for each of these names.
func (w *world) signIn(t *testing.T, names map[string]string) {
	t.Helper()
	for as, login := range names {
		body := fmt.Sprintf(`{"login":%q,"password":%q}`, login, password)
		if strings.Contains(login, "staff") {
			a := w.call(t, call{name: as + " signs in", path: "/api/staff/v1/sessions", body: body})
			w.guests[as] = guest{bearer: pick(t, a.body, "token")}
			continue
		}
		a := w.call(t, call{name: as + " signs in", path: "/api/console/v1/session", body: body})
		for _, c := range (&http.Response{Header: a.header}).Cookies() {
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
				t.Errorf("the cookie is %+v", c)
			}
			w.guests[as] = guest{cookie: c.Name + "=" + c.Value}
		}
	}
}

// staffed is a world whose accounts are signed in, beside another community.
func (w *world) staffed(t *testing.T) {
	t.Helper()
	w.elsewhere(t)
	w.signIn(t, map[string]string{"organiser": "organiser", "brand": "brand", "brand2": "brand2", "staff": "staff",
		"staff2": "staff2", "stranger": "stranger", "other staff": "strange-staff"})
}

// offer is a sound draft, changed by pairs of field and value; nil takes a field away.
func (w *world) offer(changes ...any) string {
	d := map[string]any{
		"title": "肉桂卷买一送一", "body": "周中到店。two for one", "value_fen": 450, "currency": "CAD", "stock": 10, "per_member": 1,
		"starts_at": w.now(), "ends_at": w.now().Add(7 * day), "redeem_by": w.now().Add(14 * day),
	}
	for i := 0; i < len(changes); i += 2 {
		d[changes[i].(string)] = changes[i+1]
		if changes[i+1] == nil {
			delete(d, changes[i].(string))
		}
	}
	text, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	return string(text)
}

const sessionPath = "/api/console/v1/session"

func TestSignIn(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		wrong := `{"login":"organiser","password":"not this one"}`
		w.run(t, []call{
			{name: "wrong password", path: sessionPath, body: wrong, status: 401, has: []string{"sign_in_wrong", "账号或密码不对"}},
			{name: "unknown name", path: sessionPath, body: `{"login":"nobody","password":"not this one"}`, status: 401, has: []string{"sign_in_wrong"}},
			{name: "no password", path: sessionPath, body: `{"login":"organiser"}`, status: 400, has: []string{"bad_field", `"field":"password"`}},
			{name: "too long", path: sessionPath, body: `{"login":"` + strings.Repeat("x", 121) + `","password":"x"}`, status: 400, has: []string{`"field":"login"`}},
			{name: "no JSON", path: sessionPath, body: `login=organiser`, status: 400, has: []string{"bad_input"}},
			{name: "a list", path: sessionPath, body: `[]`, status: 400},
			{name: "wrong type", path: sessionPath, body: `{"login":7,"password":"x"}`, status: 400, has: []string{"bad_field", `"field":"login"`}},
			{name: "too large", path: sessionPath, body: `{"login":"` + strings.Repeat("x", 70<<10) + `"}`, status: 413, has: []string{"body_too_large"}},
			{name: "a wrong method", method: "PUT", path: sessionPath, status: 405, has: []string{"method_not_allowed"}},
			{name: "no such page", path: "/api/console/v1/secrets", status: 404, has: []string{"not_found"}},
			{name: "who am I", path: sessionPath, as: "organiser", has: []string{`"role":"organiser"`, `"lang":""`, "America/Vancouver"}},
			{name: "my language", method: "PATCH", path: sessionPath, as: "organiser", body: `{"lang":"en"}`, has: []string{`"lang":"en"`}},
			{name: "kept", path: sessionPath, as: "organiser", has: []string{`"lang":"en"`}},
			{name: "no language of ours", method: "PATCH", path: sessionPath, as: "organiser", body: `{"lang":"fr"}`, status: 400, has: []string{`"field":"lang"`}},
			{name: "at the till with a brand's account", path: "/api/staff/v1/sessions", body: `{"login":"brand","password":"` + password + `"}`,
				status: 403, has: []string{"role_denied"}},
			{name: "at the till, wrong", path: "/api/staff/v1/sessions", body: `{"login":"staff","password":"x"}`, status: 401},
		})
		w.guests["forger"] = guest{cookie: "siyu_session=" + strings.Repeat("0", 64)}
		w.run(t, []call{
			{name: "a made-up cookie", path: sessionPath, as: "forger", status: 401, has: []string{"signed_out"}},
			{name: "out", method: "DELETE", path: sessionPath, as: "brand2", status: 204},
			{name: "is out", path: sessionPath, as: "brand2", status: 401, has: []string{"signed_out"}},
			{name: "out again", method: "DELETE", path: sessionPath, as: "brand2", status: 204},
			{name: "out of nothing", method: "DELETE", path: sessionPath, status: 204},
		})
		w.clock.Advance(15 * day)
		w.call(t, call{name: "two weeks later", path: sessionPath, as: "organiser", status: 401, has: []string{"signed_out"}})
	})
}

// TestSlowDown: who tries passwords is slowed, told for how long, and nobody else is.
func TestSlowDown(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		body := func(p string) string { return fmt.Sprintf(`{"login":"organiser","password":%q}`, p) }
		slow := 0
		for range 20 {
			if a := w.send(t, http.MethodPost, sessionPath, guest{}, body("guess"), nil); a.status == http.StatusTooManyRequests {
				slow++
			} else if a.status != http.StatusUnauthorized {
				t.Fatalf("%d %s", a.status, a.body)
			}
		}
		if slow < 8 {
			t.Errorf("%d of 20 tries were slowed", slow)
		}
		w.run(t, []call{
			{name: "the right one is slowed too", path: sessionPath, body: body(password), status: 429,
				header: map[string]string{"Accept-Language": "en-CA,en;q=0.9,zh;q=0.5"}, has: []string{"sign_in_slow", "try again in 6 seconds"}},
			{name: "somebody else is not", path: sessionPath, body: `{"login":"brand","password":"` + password + `"}`},
		})
	})
}

// TestRoles: everybody has a door, and no other.
func TestRoles(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.loginMembers(t)
		const yes = 200
		doors := []struct {
			method, path, body string
			organiser, brand   int
		}{
			{"GET", "/api/console/v1/today", "", yes, 403},
			{"GET", "/api/console/v1/funnel", "", yes, 403},
			{"GET", "/api/console/v1/groups", "", yes, 403},
			{"GET", "/api/console/v1/tasks", "", yes, 403},
			{"GET", "/api/console/v1/system", "", yes, 403},
			{"GET", "/api/console/v1/offers", "", yes, yes},
			{"POST", "/api/console/v1/offers", w.offer(), 403, 201},
			{"PATCH", "/api/console/v1/groups/1", `{"paused":true}`, 404, 403},
			{"POST", "/api/console/v1/offers/1/approve", "", 404, 403},
			{"POST", "/api/console/v1/offers/1/decline", `{"reason":"x"}`, 404, 403},
			{"POST", "/api/console/v1/tasks/1/confirm", "", 404, 403},
			{"GET", "/api/console/v1/checks", "", yes, 403},
			{"POST", "/api/console/v1/checks/1/pass", "", 404, 403},
			{"POST", "/api/console/v1/checks/1/refuse", `{"reason":"x"}`, 404, 403},
			{"GET", "/api/console/v1/templates", "", yes, 403},
			{"POST", "/api/console/v1/templates/sync", "", yes, 403},
			{"GET", "/api/console/v1/templates/1/notices", "", 404, 403},
			{"POST", "/api/console/v1/templates/1/pause", "", 404, 403},
			{"POST", "/api/console/v1/templates/1/resume", "", 404, 403},
			{"GET", "/api/console/v1/operator", "", yes, yes},
			{"POST", "/api/console/v1/operator/code", "", 201, 201},
			{"DELETE", "/api/console/v1/operator", "", 204, 204},
		}
		for _, d := range doors {
			for as, status := range map[string]int{"organiser": d.organiser, "brand": d.brand, "nobody": 401, "staff": 401, "member": 401} {
				c := call{name: "door", method: d.method, path: d.path, body: d.body, as: as, status: status}
				if status == 403 {
					c.has = []string{"role_denied"}
				}
				w.call(t, c)
			}
		}
		for _, path := range []string{"/api/mini/v1/offers", "/api/mini/v1/vouchers", "/api/mini/v1/subscriptions"} {
			for as, status := range map[string]int{"member": yes, "organiser": 401, "staff": 401, "nobody": 401} {
				w.call(t, call{name: "the member's door", path: path, as: as, status: status})
			}
		}
		redeem := `{"code":"0000-0000-0000","request_no":"request-1"}`
		for as, status := range map[string]int{"staff": 404, "member": 401, "organiser": 401, "nobody": 401} {
			w.call(t, call{name: "the till", path: "/api/staff/v1/redemptions", as: as, body: redeem, status: status})
		}
	})
}

// TestCrossOrigin: a page of another site cannot act with the organiser's cookie.
func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		group := w.seeded.Groups[0].ID.String()
		pause := call{name: "pause", method: "PATCH", path: "/api/console/v1/groups/" + group, as: "organiser", body: `{"paused":true}`}
		for _, h := range []map[string]string{
			{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"},
		} {
			pause.header, pause.status, pause.has = h, 403, []string{"cross_origin"}
			w.call(t, pause)
		}
		pause.header, pause.status, pause.has = map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": w.front.URL}, 200, []string{`"paused":true`}
		w.call(t, pause)
	})
}

// TestDraftIsChecked: each field that is wrong is named, in words.
func TestDraftIsChecked(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		now := w.now()
		for _, c := range []struct {
			field   string
			code    string
			changes []any
		}{
			{"title", "bad_field", []any{"title", ""}},
			{"title", "bad_field", []any{"title", nil}},
			{"title", "bad_field", []any{"title", " \t "}},
			{"title", "bad_field", []any{"title", strings.Repeat("长", 61)}},
			{"title", "bad_field", []any{"title", 7}},
			{"body", "bad_field", []any{"body", "  "}},
			{"body", "bad_field", []any{"body", strings.Repeat("长", 501)}},
			{"value_fen", "bad_field", []any{"value_fen", -1}},
			{"value_fen", "bad_field", []any{"value_fen", 1.5}},
			{"value_fen", "bad_field", []any{"value_fen", "450"}},
			{"currency", "bad_field", []any{"currency", "CA"}},
			{"currency", "bad_field", []any{"currency", "元元元"}},
			{"currency", "bad_field", []any{"currency", "1$ "}},
			{"stock", "bad_field", []any{"stock", 0}},
			{"stock", "bad_field", []any{"stock", -3}},
			{"stock", "bad_field", []any{"stock", 1_000_001}},
			{"per_member", "bad_field", []any{"per_member", 0}},
			{"per_member", "bad_field", []any{"per_member", 101}},
			{"priority", "bad_field", []any{"priority", 10}},
			{"target_reach", "bad_field", []any{"target_reach", -1}},
			{"starts_at", "bad_field", []any{"starts_at", nil}},
			{"ends_at", "ends_before_start", []any{"ends_at", now}},
			{"ends_at", "ends_in_past", []any{"starts_at", now.Add(-3 * day), "ends_at", now.Add(-day)}},
			{"ends_at", "flight_too_long", []any{"ends_at", now.Add(400 * day), "redeem_by", now.Add(500 * day)}},
			// 2^64 ns later: a difference that overflows must not look short
			{"ends_at", "bad_field", []any{"ends_at", int64(now) + 18446744073710, "redeem_by", int64(now) + 18446744073711}},
			{"redeem_by", "redeem_before_end", []any{"redeem_by", now.Add(day)}},
			{"redeem_by", "bad_field", []any{"redeem_by", int64(9e18)}},
		} {
			w.call(t, call{name: fmt.Sprint(c.changes...), path: "/api/console/v1/offers", as: "brand", body: w.offer(c.changes...), status: 400,
				has: []string{fmt.Sprintf("%q", c.code), fmt.Sprintf(`"field":%q`, c.field)}})
		}
		w.call(t, call{name: "nothing was stored", path: "/api/console/v1/offers", as: "brand", has: []string{`{"offers":[]}`}})
		w.call(t, call{name: "the longest", path: "/api/console/v1/offers", as: "brand", status: 201,
			body: w.offer("title", strings.Repeat("😀", 60), "body", strings.Repeat("😀", 500), "currency", "cad", "stock", 1_000_000, "per_member", 100,
				"priority", 9, "target_reach", 10_000_000),
			has: []string{`"currency":"CAD"`, `"priority":9`, `"target_reach":10000000`, `"state":"submitted"`, strings.Repeat("😀", 60)}})
		w.call(t, call{name: "odd characters", path: "/api/console/v1/offers", as: "brand", status: 201,
			body: strings.Replace(w.offer("title", "ODD"), "ODD", `<script>'\"; DROP TABLE offers; --\u0000\ud800`, 1)})
	})
}

// TestDecisions: a decision is made once; saying it again changes nothing, and the other one is refused.
func TestDecisions(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const offers = "/api/console/v1/offers"
		w.run(t, []call{
			{name: "hand in", path: offers, as: "brand", body: w.offer(), status: 201, keep: "a=id"},
			{name: "hand in", path: offers, as: "brand", body: w.offer(), status: 201, keep: "b=id"},
			{name: "hand in", path: offers, as: "brand2", body: w.offer("ends_at", w.now().Add(2*day)), status: 201, keep: "c=id"},
			{name: "the brand sees its own", path: offers, as: "brand", has: []string{"${a}", "${b}"}, not: []string{"${c}", "${other_offer}"}},
			{name: "the organiser sees all", path: offers + "?state=submitted", as: "organiser", has: []string{"${a}", "${b}", "${c}"}, not: []string{"${other_offer}"}},
			{name: "none declined", path: offers + "?state=declined", as: "organiser", has: []string{`"offers":[]`}},
			{name: "no such state", path: offers + "?state=gone", as: "organiser", status: 400, has: []string{`"field":"state"`}},
			{name: "approve", method: "POST", path: offers + "/${a}/approve", as: "organiser", has: []string{`"state":"approved"`}},
			{name: "again", method: "POST", path: offers + "/${a}/approve", as: "organiser", has: []string{`"state":"approved"`}},
			{name: "decline too late", path: offers + "/${a}/decline", as: "organiser", body: `{"reason":"x"}`, status: 409, has: []string{"offer_decided"}},
			{name: "decline without words", path: offers + "/${b}/decline", as: "organiser", body: `{"reason":"   "}`, status: 400, has: []string{"reason_missing", `"field":"reason"`}},
			{name: "decline with none", path: offers + "/${b}/decline", as: "organiser", body: `{}`, status: 400, has: []string{`"field":"reason"`}},
			{name: "decline with too many", path: offers + "/${b}/decline", as: "organiser", body: `{"reason":"` + strings.Repeat("长", 201) + `"}`, status: 400},
			{name: "decline", path: offers + "/${b}/decline", as: "organiser", body: `{"reason":"` + strings.Repeat("长", 200) + `"}`, has: []string{`"state":"declined"`}},
			{name: "again", path: offers + "/${b}/decline", as: "organiser", body: `{"reason":"another"}`, has: []string{"长长"}, not: []string{"another"}},
			{name: "approve too late", method: "POST", path: offers + "/${b}/approve", as: "organiser", status: 409, has: []string{"offer_decided"}},
			{name: "the brand reads why", path: offers + "?state=declined", as: "brand", has: []string{"长长"}},
		})
		count := func() int {
			all, err := w.store.Read(t.Context()).In(w.seeded.Community).PlacementsIn()
			must(t, err)
			return len(all)
		}
		if n := count(); n != len(w.seeded.Groups) {
			t.Errorf("%d placements after approving twice", n)
		}
		w.clock.Advance(3 * day)
		w.call(t, call{name: "approve what is over", method: "POST", path: offers + "/${c}/approve", as: "organiser", status: 409, has: []string{"offer_over"}})
		for _, id := range []string{"999", "0", "-1", "abc", "99999999999999999999", "${other_offer}", "%00", "1%20or%201"} {
			for _, verb := range []string{"/approve", "/decline"} {
				w.call(t, call{name: "unknown", path: offers + "/" + id + verb, as: "organiser", body: `{"reason":"x"}`, status: 404})
			}
		}
		if n := count(); n != len(w.seeded.Groups) {
			t.Errorf("%d placements at the end", n)
		}
	})
}

// TestGroupsAndTasks: the organiser pauses and resumes, sees what owners are asked to post, and says that she posted.
func TestGroupsAndTasks(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		wecom, ordinary := w.seeded.Groups[0].ID.String(), w.seeded.Groups[2].ID.String()
		groups := "/api/console/v1/groups/"
		w.run(t, []call{
			{name: "all groups", path: "/api/console/v1/groups", as: "organiser", has: []string{wecom, ordinary, `"group_cap":2`}, not: []string{"${other_group}"}},
			{name: "pause", method: "PATCH", path: groups + wecom, as: "organiser", body: `{"paused":true}`, has: []string{`"paused":true`, `"next_free_at":0`, `"next_free_reason":"paused"`}},
			{name: "pause again", method: "PATCH", path: groups + wecom, as: "organiser", body: `{"paused":true}`, has: []string{`"paused":true`}},
			{name: "hand in", path: "/api/console/v1/offers", as: "brand", body: w.offer(), status: 201, keep: "offer=id"},
			{name: "approve", method: "POST", path: "/api/console/v1/offers/${offer}/approve", as: "organiser"},
		})
		w.settle(t, time.Minute)
		w.run(t, []call{
			{name: "held while paused", path: "/api/console/v1/groups", as: "organiser", has: []string{`"reason":"paused"`}},
			{name: "resume", method: "PATCH", path: groups + wecom, as: "organiser", body: `{"paused":false}`, has: []string{`"paused":false`}},
			{name: "nothing said", method: "PATCH", path: groups + wecom, as: "organiser", body: `{}`, status: 400, has: []string{"bad_input"}},
			{name: "not a word", method: "PATCH", path: groups + wecom, as: "organiser", body: `{"paused":"yes"}`, status: 400},
			{name: "another's group", method: "PATCH", path: groups + "${other_group}", as: "organiser", body: `{"paused":true}`, status: 404, has: []string{"group_not_found"}},
			{name: "the other sees hers only", path: "/api/console/v1/groups", as: "stranger", has: []string{"${other_group}"}, not: []string{wecom, ordinary}},
			{name: "the other's tasks", path: "/api/console/v1/tasks", as: "stranger", has: []string{"${other_task}"}},
		})
		ids := w.taskIDs(t)
		if len(ids) != 2 || ids["ordinary"] == "" || ids["wecom"] == "" {
			t.Fatalf("open are %v", ids)
		}
		maps.Copy(w.kept, ids)
		tasks := "/api/console/v1/tasks/"
		w.run(t, []call{
			{name: "not another's", path: "/api/console/v1/tasks", as: "organiser", not: []string{"${other_task}"}, has: []string{"【广告】", "pages/offer/index?p="}},
			{name: "by hand, but WeCom reports", method: "POST", path: tasks + "${wecom}/confirm", as: "organiser", status: 400, has: []string{"task_not_by_hand"}},
			{name: "posted", method: "POST", path: tasks + "${ordinary}/confirm", as: "organiser", has: []string{`"state":"done"`}},
			{name: "posted, said twice", method: "POST", path: tasks + "${ordinary}/confirm", as: "organiser", has: []string{`"state":"done"`}},
			{name: "another's task", method: "POST", path: tasks + "${other_task}/confirm", as: "organiser", status: 404, has: []string{"task_not_found"}},
			{name: "by another", method: "POST", path: tasks + "${ordinary}/confirm", as: "stranger", status: 404},
			{name: "no id", method: "POST", path: tasks + "x/confirm", as: "organiser", status: 404},
			{name: "it is live", path: "/api/console/v1/groups", as: "organiser", has: []string{`"state":"confirmed"`, `"posts_7d":1`}},
			{name: "today", path: "/api/console/v1/today", as: "organiser", not: []string{"${other_task}"}},
			{name: "the queue", path: "/api/console/v1/system", as: "organiser", has: []string{`"dead":0`}},
			{name: "the funnel", path: "/api/console/v1/funnel?from=0&to=99", as: "organiser", has: []string{`"video"`}},
			{name: "no time", path: "/api/console/v1/funnel?from=soon", as: "organiser", status: 400},
			{name: "backwards", path: "/api/console/v1/funnel?from=99&to=-99", as: "organiser"},
			{name: "far too large", path: "/api/console/v1/funnel?from=99999999999999999999", as: "organiser", status: 400},
		})
	})
}

// taskIDs are the open tasks' ids by the kind of their group.
func (w *world) taskIDs(t *testing.T) map[string]string {
	t.Helper()
	all, err := w.store.Read(t.Context()).In(w.seeded.Community).TasksIn(models.TaskOpen)
	must(t, err)
	ids := map[string]string{}
	for _, task := range all {
		ids[string(task.Kind)] = task.ID.String()
	}
	return ids
}
