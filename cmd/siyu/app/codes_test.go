package app_test

import (
	"fmt"
	"testing"
)

// TestCodesOfConsole: an organiser makes a live code, sees what leads to it alone, and what is untrue of a group is not
// stored.
func TestCodesOfConsole(t *testing.T) {
	t.Parallel()
	const live, entries = "/api/console/v1/live-codes", "/api/console/v1/entries"
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		wecom, ordinary := w.seeded.Groups[0].ID, w.seeded.Groups[2].ID
		w.run(t, []call{
			{name: "a live code", path: live, as: "organiser", body: `{"name":"总群","rule":"in_order"}`, status: 201,
				has: []string{`"open":0`, "pool_empty"}, keep: "live=id"},
			{name: "and another", path: live, as: "organiser", body: `{"name":"分群","rule":"city"}`, status: 201, keep: "other=id"},
			{name: "its code to print", path: entries, as: "organiser", body: `{"live_id":"${live}","label":"海报"}`, status: 201,
				has: []string{`"leads_to":"总群"`}, keep: "entry=id"},
			{name: "what leads to it", path: entries + "?live_id=${live}", as: "organiser", has: []string{"海报"}, not: []string{w.seeded.Entries[0].Code}},
			{name: "nothing leads to the other", path: entries + "?live_id=${other}", as: "organiser", has: []string{`"entries":[]`}},
			{name: "all", path: entries, as: "organiser", has: []string{"海报", w.seeded.Entries[0].Code}},
			{name: "no id", path: entries + "?live_id=x", as: "organiser", status: 400, has: []string{"bad_id"}},
			{name: "of a stranger", path: entries + "?live_id=${live}", as: "stranger", has: []string{`"entries":[]`}},
			{name: "not for a brand", path: entries + "?live_id=${live}", as: "brand", status: 403},
			{name: "a WeCom group", path: live + "/${live}/groups", as: "organiser", body: fmt.Sprintf(`{"group_id":"%d"}`, wecom), has: []string{`"rolls":false`}},
			{name: "rolls", method: "PATCH", path: fmt.Sprintf("%s/${live}/groups/%d", live, wecom), as: "organiser", body: `{"rolls":true}`,
				has: []string{`"rolls":true`}},
			{name: "an ordinary one", path: live + "/${other}/groups", as: "organiser", body: fmt.Sprintf(`{"group_id":"%d","rolls":true}`, ordinary),
				has: []string{`"rolls":false`}},
			{name: "cannot roll", method: "PATCH", path: fmt.Sprintf("%s/${other}/groups/%d", live, ordinary), as: "organiser",
				body: `{"rolls":true,"city":"列治文"}`, has: []string{`"rolls":false`, "列治文"}},
			{name: "the code as a picture", path: entries + "/${entry}/picture?format=svg", as: "organiser", has: []string{"<svg"}},
		})
	})
}
