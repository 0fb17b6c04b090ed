package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

const rulesPath = "/api/console/v1/rules"

// TestRulesOfConsole: an organiser reads the rules, changes them when nobody was faster, sees what each revision changed,
// and gives them to other groups.
func TestRulesOfConsole(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		plain, strict := w.seeded.Groups[0].ID.String(), w.seeded.Groups[len(w.seeded.Groups)-1].ID.String()
		w.kept["plain"], w.kept["strict"] = plain, strict
		one := `{"group_cap":1,"group_window":604800000,"min_gap":172800000,"brand_cap":1,"brand_window":604800000,` +
			`"quiet_start":1290,"quiet_end":510,"hold_for":43200000,"min_hold":1800000}`
		of := func(base int, rules string) string { return fmt.Sprintf(`{"base_rev":%d,"rules":%s}`, base, rules) }
		w.run(t, []call{
			{name: "the community's", path: rulesPath, as: "organiser", has: []string{`"own":null`, `"rev":1`, `"group_cap":2`, `"level":"community"`},
				not: []string{`"level":"group"`}},
			{name: "a group's", path: "/api/console/v1/groups/${strict}/rules", as: "organiser",
				has: []string{`"level":"group"`, `"effective":{"group_cap":1,`, `"value":259200000,"level":"group","rev":1,"strictest":true`}},
			{name: "of a group without its own", path: "/api/console/v1/groups/${plain}/rules", as: "organiser", has: []string{`"own":null`}},
			{name: "tighter", method: "PUT", path: rulesPath, as: "organiser", body: of(1, one),
				has: []string{`"rev":2`, `"effect":"tighter"`, `"field":"group_cap","unit":"cap","from":{"scope":"group","k":2,"window":604800000},"to":{"scope":"group","k":1`}},
			{name: "too late", method: "PUT", path: rulesPath, as: "organiser", body: of(1, one), status: 409,
				has: []string{"policy_moved", `"newer":{"rev":2`}},
			{name: "of a group that has none", method: "PUT", path: "/api/console/v1/groups/${plain}/rules", as: "organiser", body: of(3, one), status: 409,
				has: []string{"policy_moved", `"newer":{"rev":0`}},
			{name: "not to be meant", method: "PUT", path: rulesPath, as: "organiser", body: of(2, `{"group_cap":2}`), status: 400,
				has: []string{"rules_wrong", `"field":"group_window"`}},
			{name: "misspelt", method: "PUT", path: rulesPath, as: "organiser", body: of(2, `{"groupcap":2}`), status: 400,
				has: []string{"bad_field", `"field":"groupcap"`}},
			{name: "of the wrong type", method: "PUT", path: rulesPath, as: "organiser", body: of(2, `{"group_cap":"two"}`), status: 400,
				has: []string{"bad_field", `"field":"group_cap"`}},
			{name: "a brand that is not there", method: "PUT", path: rulesPath, as: "organiser", body: of(2, `{"excluded_brands":["7"]}`), status: 400,
				has: []string{"rules_wrong", `"field":"excluded_brands"`}},
			{name: "nothing is not no rules", method: "PUT", path: rulesPath, as: "organiser", body: of(2, `null`), status: 400,
				has: []string{"bad_field", `"field":"rules"`}},
			{name: "more than all groups held out", method: "PUT", path: rulesPath, as: "organiser", status: 400,
				body: of(2, `{"holdout":{"percent":9223372036854775807,"half_percent":1,"season_days":28}}`), has: []string{"rules_wrong", `"field":"holdout"`}},
			{name: "a category without a name", method: "PUT", path: rulesPath, as: "organiser", body: of(2, `{"excluded_categories":[" "]}`), status: 400,
				has: []string{"rules_wrong", `"field":"excluded_categories"`}},
			{name: "a category that none can have", method: "PUT", path: rulesPath, as: "organiser",
				body: of(2, `{"excluded_categories":["`+strings.Repeat("酒", 33)+`"]}`), status: 400, has: []string{"rules_wrong", `"field":"excluded_categories"`}},
			{name: "the revisions", path: rulesPath + "/revisions", as: "organiser", has: []string{`"rev":2`, `"rev":1`, `"by_name":"`}},
			{name: "the older ones", path: rulesPath + "/revisions?before=2", as: "organiser", has: []string{`"rev":1`}, not: []string{`"rev":2`}},
			{name: "none before the first", path: rulesPath + "/revisions?before=1", as: "organiser", has: []string{`"revisions":[]`}},
			{name: "presets", path: rulesPath + "/presets", as: "organiser", header: map[string]string{"Accept-Language": "en"},
				has: []string{`"name":"few"`, "Careful", "Three sponsored posts a week"}},
			{name: "tried", path: rulesPath + "/try", as: "organiser", body: `{"rules":{"group_cap":1,"group_window":604800000}}`,
				has: []string{`"posts":0`, `"effect":"looser"`, `"next_after":""`}},
			{name: "tried in a group", path: "/api/console/v1/groups/${strict}/rules/try", as: "organiser", body: `{"rules":` + one + `,"days":90}`,
				has: []string{`"days":90`, `"total":1`}},
			{name: "tried too far back", path: rulesPath + "/try", as: "organiser", body: `{"rules":{},"days":91}`, status: 400, has: []string{`"field":"days"`}},
			{name: "tried what cannot be meant", path: rulesPath + "/try", as: "organiser", body: `{"rules":{"group_cap":2}}`, status: 400,
				has: []string{`"field":"group_window"`}},
			{name: "tried by a brand", path: rulesPath + "/try", as: "brand", body: `{"rules":{}}`, status: 403},
			{name: "copied", path: rulesPath + "/copy", as: "organiser",
				body: `{"to":[{"group_id":"${plain}","base_rev":0},{"group_id":"${strict}","base_rev":1}]}`,
				has:  []string{`"group_id":"` + plain + `"`, `"group_id":"` + strict + `"`, `"rev":2`}},
			{name: "copied again", path: rulesPath + "/copy", as: "organiser", body: `{"to":[{"group_id":"${plain}","base_rev":1}]}`,
				has: []string{`"revisions":[]`}},
			{name: "one of them moved", path: rulesPath + "/copy", as: "organiser",
				body: `{"from":"${strict}","to":[{"group_id":"${plain}","base_rev":7}]}`, status: 409, has: []string{`"newer":{"rev":1`}},
			{name: "of nothing", path: rulesPath + "/copy", as: "organiser", body: `{"from":"7","to":[{"group_id":"${plain}","base_rev":1}]}`, status: 404,
				has: []string{"policy_not_found"}},
			{name: "no group", path: "/api/console/v1/groups/7/rules", as: "organiser", status: 404, has: []string{"group_not_found"}},
			{name: "no revisions of no group", path: "/api/console/v1/groups/7/rules/revisions", as: "organiser", status: 404},
			{name: "nobody's group", method: "PUT", path: "/api/console/v1/groups/7/rules", as: "organiser", body: of(0, one), status: 404,
				has: []string{"group_not_found"}},
			{name: "another community's group", method: "PUT", path: "/api/console/v1/groups/${other_group}/rules", as: "organiser", body: of(0, one), status: 404},
			{name: "not for a brand", path: rulesPath, as: "brand", status: 403},
			{name: "nor to write", method: "PUT", path: rulesPath, as: "brand", body: of(2, one), status: 403},
			{name: "no experiment", path: "/api/console/v1/lift", as: "organiser", has: []string{`"running":false`, `"measures":[]`}},
			{name: "with one", method: "PUT", path: rulesPath, as: "organiser", body: of(2, `{"holdout":{"percent":40,"half_percent":10,"season_days":28}}`),
				has: []string{`"rev":3`}},
			{name: "it runs", path: "/api/console/v1/lift", as: "organiser", has: []string{`"running":true`, `"enough":false`, `"name":"redemptions"`}},
			{name: "last season it did not", path: "/api/console/v1/lift?season=700", as: "organiser", has: []string{`"running":false`, `"over":true`}},
			{name: "no season", path: "/api/console/v1/lift?season=x", as: "organiser", status: 400},
			{name: "not for a brand", path: "/api/console/v1/lift", as: "brand", status: 403},
			{name: "a stranger has none", path: rulesPath, as: "stranger", has: []string{`"community":null`, `"limits":[]`}},
		})
	})
}

// TestRulesAreWrittenOnce: of many who change the same revision at once one is heard, and the others see what she did.
func TestRulesAreWrittenOnce(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		g := w.guests["organiser"]
		status := make([]int, 8)
		var all sync.WaitGroup
		for i := range status {
			all.Go(func() {
				a := w.send(t, http.MethodPut, rulesPath, g, fmt.Sprintf(`{"base_rev":1,"rules":{"min_gap":%d}}`, (i+1)*3600_000), nil)
				status[i] = a.status
			})
		}
		all.Wait()
		ok, late := 0, 0
		for _, s := range status {
			switch s {
			case http.StatusOK:
				ok++
			case http.StatusConflict:
				late++
			}
		}
		if ok != 1 || late != len(status)-1 {
			t.Errorf("%d of %d wrote revision 2, %d were late: %v", ok, len(status), late, status)
		}
	})
}

// TestAskingOfConsole: an organiser asks whether, why not and when.
func TestAskingOfConsole(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.kept["group"], w.kept["brand"] = w.seeded.Groups[0].ID.String(), w.seeded.Brands[0].ID.String()
		w.run(t, []call{
			{name: "an offer", path: "/api/console/v1/offers", as: "brand", body: w.offer(), status: 201, keep: "offer=id"},
			{name: "the group alone", path: "/api/console/v1/groups/${group}/decision", as: "organiser",
				has: []string{`"allow":true`, `"reason":"group_cap"`, `"most":2`, `"used":0`, `"level":"community"`}},
			{name: "an offer that nobody approved", path: "/api/console/v1/groups/${group}/decision?offer=${offer}", as: "organiser",
				has: []string{`"allow":false`, `"unapproved"`, `"until":0`}},
			{name: "what it would get", path: "/api/console/v1/offers/forecast", as: "brand", body: `{"offer_id":"${offer}"}`, has: []string{`"days":[{`, `"posts":`, `"too_few":`},
				not: []string{`"leaves"`, `"short"`, `"missed_groups"`, "北岸"}},
			{name: "as the organiser sees it", path: "/api/console/v1/offers/forecast", as: "organiser", body: `{"offer_id":"${offer}"}`, has: []string{`"leaves":`}},
			{name: "of a draft", path: "/api/console/v1/offers/forecast", as: "organiser", body: `{"brand_id":"${brand}","category":"食品"}`, has: []string{`"posts":`},
				not: []string{"ad_label"}},
			{name: "of no brand", path: "/api/console/v1/offers/forecast", as: "organiser", body: `{"brand_id":"7"}`, status: 404},
			{name: "of another brand's offer", path: "/api/console/v1/offers/forecast", as: "brand2", body: `{"offer_id":"${offer}"}`, status: 404, has: []string{"offer_not_found"}},
			{name: "a draft is the brand's own, whatever it says", path: "/api/console/v1/offers/forecast", as: "brand2", body: `{"brand_id":"${brand}"}`, has: []string{`"posts":`}},
			{name: "of another community's offer", path: "/api/console/v1/offers/forecast", as: "organiser", body: `{"offer_id":"${other_offer}"}`, status: 404},
			{name: "no offer", path: "/api/console/v1/groups/${group}/decision?offer=7", as: "organiser", status: 404, has: []string{"offer_not_found"}},
			{name: "no group", path: "/api/console/v1/groups/7/decision", as: "organiser", status: 404, has: []string{"group_not_found"}},
			{name: "another's group", path: "/api/console/v1/groups/${other_group}/decision", as: "organiser", status: 404},
			{name: "not for a brand", path: "/api/console/v1/groups/${group}/decision", as: "brand", status: 403},
			{name: "a group's calendar", path: "/api/console/v1/groups/${group}/calendar?days=3", as: "organiser", has: []string{`"free":true`, `"window_short"`, `"total":1`}},
			{name: "of a draft", path: "/api/console/v1/calendar?brand=${brand}&limit=2", as: "organiser", has: []string{`"stretches":[{`}, keep: "next=next_after"},
			{name: "and the others", path: "/api/console/v1/calendar?after=${next}", as: "organiser", has: []string{`"next_after":""`}},
			{name: "of no group", path: "/api/console/v1/groups/7/calendar", as: "organiser", status: 404},
			{name: "too far", path: "/api/console/v1/calendar?days=29", as: "organiser", status: 400, has: []string{`"field":"days"`}},
			{name: "not for a brand", path: "/api/console/v1/calendar", as: "brand", status: 403},
		})
	})
}
