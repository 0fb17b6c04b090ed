package app_test

import (
	"testing"
	"time"
)

// TestStoryOfPost: an organiser reads why a post waits, how it came there and what the rules said; the kill switch says who
// pressed it.
func TestStoryOfPost(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		held, posted := w.seeded.Groups[0].ID.String(), w.seeded.Groups[2].ID.String()
		w.run(t, []call{
			{name: "pause", method: "PATCH", path: "/api/console/v1/groups/" + held, as: "organiser", body: `{"paused":true}`},
			{name: "hand in", path: "/api/console/v1/offers", as: "brand", body: w.offer(), status: 201, keep: "offer=id"},
			{name: "approve", method: "POST", path: "/api/console/v1/offers/${offer}/approve", as: "organiser"},
		})
		w.settle(t, time.Minute)
		all, err := w.store.Read(t.Context()).In(w.seeded.Community).PlacementsIn()
		must(t, err)
		for _, p := range all {
			w.kept["in"+p.GroupID.String()] = p.ID.String()
		}
		story := "/api/console/v1/placements/"
		w.run(t, []call{
			{name: "held", path: story + "${in" + held + "}", as: "organiser", has: []string{`"state":"held"`, `"reasons":["paused"],"now":{"allow":false,"reasons":["paused"],"deciding":"paused","next_at":0}`, "肉桂卷买一送一",
				`"answers":[{"at":`, `"allow":false,"reasons":["paused"],"deciding":"paused","next_at":0`}},
			{name: "with its owner", path: story + "${in" + posted + "}", as: "organiser", has: []string{`"state":"tasked"`, `"now":null`, `"state":"reserved"`, `"allow":true`}},
			{name: "not there", path: story + "7", as: "organiser", status: 404, has: []string{"placement_not_found"}},
			{name: "another's", path: story + "${in" + held + "}", as: "stranger", status: 404},
			{name: "not for a brand", path: story + "${in" + held + "}", as: "brand", status: 403},
			{name: "its offer is named on the board", path: "/api/console/v1/groups", as: "organiser", has: []string{`"offer_id":"${offer}","offer_title":"肉桂卷买一送一","brand_name":"`}},
			{name: "nothing is stopped", path: "/api/console/v1/stop", as: "organiser", has: []string{`"stopped_at":0,"by_name":""`}},
			{name: "stop", path: "/api/console/v1/stop", as: "organiser", body: `{"note":"天气"}`, has: []string{`"note":"天气"`}, not: []string{`"stopped_at":0`, `"by_name":""`}},
		})
	})
}
