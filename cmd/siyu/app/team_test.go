package app_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"siyu/models"
)

const teamPath = "/api/console/v1/team"

// joins invites somebody of a scope and has her make herself an account, named and signed in as she is called.
func (w *world) joins(t *testing.T, as, scope string) {
	t.Helper()
	a := w.call(t, call{name: as + " is invited", path: teamPath + "/invitations", as: "organiser", status: 201,
		body: `{"name":"` + as + `","scope":"` + scope + `"}`})
	code := pick(t, a.body, "code")

	w.kept[as+"_code"], w.secret = code, append(w.secret, code) // shown once, to whoever invites
	a = w.call(t, call{name: as + " joins", path: "/api/console/v1/invitations/accept",
		body: `{"code":"` + code + `","login":"` + as + `","password":"` + password + `"}`})
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		w.guests[as] = guest{cookie: c.Name + "=" + c.Value}
	}
	w.kept[as] = pick(t, a.body, "account.id")
}

// forKeepers are the operations of the console that somebody who only keeps some groups may use. All others refuse her.
func forKeepers() []string {
	return []string{
		"GET /session", "POST /session", "PATCH /session", "DELETE /session", "PUT /away",
		"POST /invitations/look", "POST /invitations/accept",
		"GET /operator", "POST /operator/code", "DELETE /operator",
		"GET /groups", "GET /groups/{id}", "PUT /groups/{id}/way", "PUT /groups/{id}/way/picture", "POST /groups/{id}/posts",
		"GET /groups/{id}/rules", "GET /groups/{id}/fatigue", "GET /groups/{id}/decision", "GET /groups/{id}/calendar",
		"GET /groups/{id}/health", "GET /health", "GET /health/export", "GET /health/limits",
		"GET /content", "GET /groups/{id}/content", "GET /groups/{id}/content.ics", "GET /pieces/pictures/{id}",
		"GET /tasks", "GET /tasks/{id}/page.png", "POST /tasks/{id}/confirm", "POST /tasks/{id}/skip", "GET /placements/{id}",
		"GET /warnings", "POST /warnings/{id}/seen", "GET /pieces/pictures/{id}",
		"GET /offers/{id}/groups", "POST /offers/{id}/groups",
	}
}

// TestKeeperSeesHerGroupsOnly goes over every operation of the console: what is not for keepers refuses her before it looks at
// anything, and what is shows her nothing of groups that are not hers.
func TestKeeperSeesHerGroupsOnly(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.joins(t, "keeper", "keeper")
		hers, other := w.seeded.Groups[2].ID.String(), w.seeded.Groups[0].ID.String()
		w.call(t, call{name: "a group is hers", method: "PUT", path: "/api/console/v1/groups/" + hers + "/keeper", as: "organiser",
			body: `{"keeper_id":"${keeper}"}`})
		open := map[string]bool{}
		for _, op := range forKeepers() {
			open[op] = true
		}
		const prefix = "/api/console/v1"
		tried := 0
		for _, path := range slices.Sorted(maps.Keys(w.told.doc.Paths.Map())) {
			short, ok := strings.CutPrefix(path, prefix)
			if !ok {
				continue
			}
			at := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, other)
			for method := range w.told.doc.Paths.Value(path).Operations() {
				op := method + " " + short
				tried++
				if open[op] && !strings.Contains(path, "{id}") {
					delete(open, op)
					continue
				}
				body := ""
				if method != http.MethodGet {
					body = "{}"
				}
				a := w.send(t, method, at, w.guest(t, "keeper"), body, map[string]string{"Idempotency-Key": "a key of mine"})
				switch {
				case open[op] && a.status != http.StatusNotFound:
					t.Errorf("%s of what is not hers: %d %s", op, a.status, a.body)
				case !open[op] && (a.status != http.StatusForbidden || !regexp.MustCompile(`scope_denied|role_denied`).Match(a.body)):
					t.Errorf("%s is not for keepers and answers %d %s", op, a.status, a.body)
				}
				delete(open, op)
			}
		}
		if len(open) > 0 || tried < 100 {
			t.Errorf("%d operations were tried; not there are %v", tried, slices.Sorted(maps.Keys(open)))
		}
		w.run(t, []call{
			{name: "her groups", path: prefix + "/groups", as: "keeper", has: []string{hers, `"total":1`}, not: []string{other}},
			{name: "hers", path: prefix + "/groups/" + hers, as: "keeper", has: []string{hers}},
			{name: "all groups", path: prefix + "/groups", as: "organiser", has: []string{hers, other}},
			{name: "who she is", path: sessionPath, as: "keeper", has: []string{`"scope":"keeper"`}},
			{name: "a count of hers", method: "PUT", path: prefix + "/groups/" + hers + "/way", as: "keeper", body: `{"headcount":41}`},
			{name: "the rules of hers", path: prefix + "/groups/" + hers + "/rules", as: "keeper"},
			{name: "her warnings", path: prefix + "/warnings", as: "keeper", has: []string{`"warnings":[]`}},
			{name: "her tasks", path: prefix + "/tasks", as: "keeper"},
		})
	})
}

// TestTeam: who is invited joins once, the last owner stays, and who is deactivated is out at once.
func TestTeam(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		me := pick(t, w.call(t, call{name: "me", path: sessionPath, as: "organiser"}).body, "account.id")
		w.joins(t, "keeper", "keeper")
		accept := "/api/console/v1/invitations/accept"
		w.run(t, []call{
			{name: "the same link again", path: accept, body: `{"code":"${keeper_code}","login":"another","password":"` + password + `"}`,
				status: 404, has: []string{"invitation_over"}},
			{name: "looking at it", path: "/api/console/v1/invitations/look", body: `{"code":"${keeper_code}"}`, status: 404},
			{name: "an owner is invited", path: teamPath + "/invitations", as: "organiser", status: 201, body: `{"scope":"owner"}`, keep: "late=code"},
			{name: "a taken name", path: accept, body: `{"code":"${late}","login":"keeper","password":"` + password + `"}`, status: 409, has: []string{"login_taken"}},
			{name: "a short password", path: accept, body: `{"code":"${late}","login":"second","password":"short"}`, status: 400, has: []string{"bad_password"}},
			{name: "what it is for", path: "/api/console/v1/invitations/look", body: `{"code":"${late}"}`, has: []string{`"scope":"owner"`}},
			{name: "no such scope", path: teamPath + "/invitations", as: "organiser", status: 400, body: `{"scope":"god"}`},
		})
		w.clock.Advance(25 * time.Hour)
		w.run(t, []call{
			{name: "after a day", path: accept, body: `{"code":"${late}","login":"second","password":"` + password + `"}`, status: 404},
			{name: "one is taken back", path: teamPath + "/invitations", as: "organiser", status: 201, body: `{"scope":"owner"}`, keep: "gone=id"},
			{name: "it is open", path: teamPath, as: "organiser", has: []string{`"id":"${gone}"`}},
			{name: "taking it back", method: "DELETE", path: teamPath + "/invitations/${gone}", as: "organiser", status: 204},
			{name: "twice", method: "DELETE", path: teamPath + "/invitations/${gone}", as: "organiser", status: 404},
			{name: "the last owner", method: "PATCH", path: teamPath + "/members/" + me, as: "organiser", body: `{"scope":"keeper"}`, status: 409, has: []string{"last_owner"}},
			{name: "and out", path: teamPath + "/members/" + me + "/deactivate", as: "organiser", body: `{}`, status: 409, has: []string{"last_owner"}},
			{name: "of another community", path: teamPath + "/members/${keeper}/deactivate", as: "stranger", body: `{}`, status: 404, has: []string{"colleague_not_found"}},
			{name: "away for ever", method: "PUT", path: "/api/console/v1/away", as: "keeper", body: `{"until":4000000000000}`, status: 400, has: []string{"away_too_long"}},
		})
		w.joins(t, "second", "owner")
		w.run(t, []call{
			{name: "a second owner", method: "PATCH", path: teamPath + "/members/" + me, as: "second", body: `{"scope":"keeper"}`, status: 204},
			{name: "the first is a keeper now", path: teamPath, as: "organiser", status: 403, has: []string{"scope_denied"}},
			{name: "and owner again", method: "PATCH", path: teamPath + "/members/" + me, as: "second", body: `{"scope":"owner","name":"主理人"}`, status: 204},
			{name: "the keeper leaves", path: teamPath + "/members/${keeper}/deactivate", as: "organiser", body: `{}`, status: 204},
			{name: "her session", path: sessionPath, as: "keeper", status: 401, has: []string{"signed_out"}},
			{name: "her password", path: sessionPath, body: `{"login":"keeper","password":"` + password + `"}`, status: 401, has: []string{"sign_in_wrong"}},
			{name: "she comes back", path: teamPath + "/members/${keeper}/reactivate", as: "organiser", body: `{}`, status: 204},
			{name: "her password again", path: sessionPath, body: `{"login":"keeper","password":"` + password + `"}`},
		})
		seen := map[string]int{}
		audits, err := w.store.Read(t.Context()).In(w.seeded.Community).Audits(200)
		must(t, err)
		for _, a := range audits {
			seen[a.Action]++
		}
		for action, n := range map[string]int{"team.invite": 4, "team.join": 2, "team.uninvite": 1, "team.scope": 2, "team.rename": 1,
			"team.deactivate": 1, "team.reactivate": 1} {
			if seen[action] != n {
				t.Errorf("%s was written down %d times, want %d", action, seen[action], n)
			}
		}
	})
}

// TestHandOver: a task goes to the group's keeper, to the deputy while she is away, to whoever gets her groups, and to all
// owners when she leaves.
func TestHandOver(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.joins(t, "anna", "keeper")
		w.joins(t, "bea", "keeper")
		group := w.seeded.Groups[2].ID
		path := "/api/console/v1/groups/" + group.String() + "/keeper"
		w.run(t, []call{
			{name: "both", method: "PUT", path: path, as: "organiser", body: `{"keeper_id":"${anna}","deputy_id":"${anna}"}`, status: 400, has: []string{"deputy_same"}},
			{name: "of no team", method: "PUT", path: path, as: "organiser", body: `{"keeper_id":"7"}`, status: 400, has: []string{"colleague_gone"}},
			{name: "no group", method: "PUT", path: "/api/console/v1/groups/7/keeper", as: "organiser", body: `{}`, status: 404, has: []string{"group_not_found"}},
			{name: "anna, for her bea", method: "PUT", path: path, as: "organiser", body: `{"keeper_id":"${anna}","deputy_id":"${bea}"}`},
		})
		task := models.Task{PlacementID: 77, GroupID: group, Kind: models.OrdinaryGroup, State: models.TaskNew, DueAt: w.now().Add(day)}
		must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
			_, err := tx.In(w.seeded.Community).AddTask(&task)
			return err
		}))
		is := func(step, who string) {
			t.Helper()
			got, err := w.store.Read(t.Context()).In(w.seeded.Community).Task(task.ID)
			must(t, err)
			want := ""
			if who != "" {
				want = w.kept[who]
			}
			if text, _ := got.AccountID.MarshalText(); string(text) != want {
				t.Errorf("%s: the task is %q's, want %s (%q)", step, text, who, want)
			}
		}
		away := func(who string, until models.Millis) {
			t.Helper()
			text, err := json.Marshal(map[string]models.Millis{"until": until})
			must(t, err)
			w.call(t, call{name: who + " is away or back", method: "PUT", path: "/api/console/v1/away", as: who, body: string(text)})
		}
		away("anna", w.now().Add(day))
		is("anna is away", "bea")
		away("bea", w.now().Add(day))
		is("both are away", "")
		away("anna", 0)
		is("anna is back", "anna")
		over := teamPath + "/members/${anna}/hand-over"
		w.run(t, []call{
			{name: "what is hers", path: teamPath + "/members/${anna}/groups", as: "organiser", has: []string{group.String(), `"part":"keeper"`}},
			{name: "to somebody of no team", path: over, as: "organiser", body: `{"to":"7"}`, status: 400, has: []string{"colleague_gone"}},
			{name: "another group only", path: over, as: "organiser", body: `{"to":"${bea}","groups":["7"]}`, has: []string{`"groups":0`}},
		})
		is("nothing was handed over", "anna")
		w.call(t, call{name: "she leaves", path: teamPath + "/members/${anna}/deactivate", as: "organiser", body: `{}`, status: 204})
		is("anna left", "")
		w.call(t, call{name: "her group is listed", path: teamPath, as: "organiser", has: []string{`"orphans":[{"id":"` + group.String()}})
		away("bea", 0)
		w.call(t, call{name: "all to bea", path: over, as: "organiser", body: `{"to":"${bea}"}`, has: []string{`"groups":1`, `"tasks":1`}})
		is("bea has it", "bea")
		w.call(t, call{name: "nothing is listed", path: teamPath, as: "organiser", has: []string{`"orphans":[]`}})
	})
}

// TestHealth: every sign is said in words with what to do, the list and the table come the worst first, and a limit that is
// changed is used at once.
func TestHealth(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const prefix = "/api/console/v1"
		group := w.seeded.Groups[2].ID.String()
		w.run(t, []call{
			{name: "nearly full", method: "PUT", path: prefix + "/groups/" + group + "/way", as: "organiser", body: `{"headcount":90,"capacity":100}`},
			{name: "its health", path: prefix + "/groups/" + group + "/health", as: "organiser", has: []string{`"grade":"watch"`, `"sign":"full"`, "90%", "开新群"}},
			{name: "in English", path: prefix + "/groups/" + group + "/health", as: "organiser", header: map[string]string{"Accept-Language": "en"},
				has: []string{"90 % of the places are taken.", "Open the next group"}},
			{name: "of no group", path: prefix + "/groups/7/health", as: "organiser", status: 404, has: []string{"group_not_found"}},
			{name: "of others", path: prefix + "/groups/${other_group}/health", as: "organiser", status: 404},
			{name: "a limit of nonsense", method: "PUT", path: prefix + "/health/limits", as: "organiser", body: `{"full_percent":10}`, status: 400,
				has: []string{"bad_limit", `"field":"full_percent"`}},
			{name: "a lower limit", method: "PUT", path: prefix + "/health/limits", as: "organiser", body: `{"full_percent":85}`, has: []string{`"quiet_days":14`}},
			{name: "it is stored", path: prefix + "/health/limits", as: "organiser", has: []string{`"full_percent":85`}},
		})
		w.settle(t, time.Minute)
		w.run(t, []call{
			{name: "the worst first", path: prefix + "/health?limit=1", as: "organiser", has: []string{`"groups":[{"group_id":"` + group, `"grade":"bad"`, `"bad":1`}, keep: "next=next"},
			{name: "the rest", path: prefix + "/health?after=${next}", as: "organiser", not: []string{`"group_id":"` + group}},
			{name: "after nothing", path: prefix + "/health?after=7", as: "organiser", status: 404},
			{name: "a warning", path: prefix + "/warnings", as: "organiser", has: []string{`"kind":"group_full"`, "90/100"}},
			{name: "of nobody else", path: prefix + "/health", as: "stranger", not: []string{group}},
			{name: "brands have no business there", path: prefix + "/health", as: "brand", status: 403},
		})
		a := w.send(t, http.MethodGet, prefix+"/health/export", w.guest(t, "organiser"), "", nil)
		lines := strings.Split(strings.TrimSpace(string(a.body)), "\n")
		if a.status != http.StatusOK || len(lines) != 1+len(w.seeded.Groups) || !strings.HasPrefix(lines[1], group+",") || !strings.Contains(lines[1], "90%") {
			t.Errorf("the table is %d %q", a.status, lines)
		}
	})
}
