package app_test

import (
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// failing is work of a kind nobody has registered; it is made to look as if it had failed for good.
type failing struct {
	Community models.CommunityID `json:"community"`
}

// Kind names the job.
func (failing) Kind() string { return "test.failing" }

// bury stores two dead pushes, one of them without its body, and a dead job; the ids are kept.
func (w *world) bury(t *testing.T) {
	t.Helper()
	must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(w.seeded.Community)
		c, err := sc.Channel(models.OfficialAccount)
		if err != nil {
			return err
		}
		for name, body := range map[string]string{"dead": "<xml", "gone": ""} {
			p := models.Inbox{ChannelID: c.ID, DedupeKey: name, Body: []byte(body), Format: "xml", Intent: "unknown", Event: "brand_new_event"}
			if _, err := sc.AddInbox(&p); err != nil {
				return err
			}
			if _, err := sc.FinishPush(p.ID, models.InboxDead, "it cannot be read"); err != nil {
				return err
			}
			w.kept[name] = p.ID.String()
		}
		return jobs.Enqueue(tx, failing{sc.Community}, tx.Now)
	}))
	must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
		wall := models.WallClock{}.Now()
		due, err := tx.DueJobs(wall, 100)
		if err != nil {
			return err
		}
		for _, j := range due {
			if j.Kind != (failing{}).Kind() {
				continue
			}
			leased, err := tx.LeaseJobs([]models.Job{j}, "bury", wall, wall.Add(time.Minute))
			if err != nil {
				return err
			}
			w.kept["job"] = j.ID.String()
			return tx.EndJob(leased[0], models.JobDead, "it failed")
		}
		return nil
	}))
}

// TestDeadLetters: an organiser sees what failed for good, without what people wrote until she asks, and works on it again.
// Nobody else can.
func TestDeadLetters(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		const pushes, jobsAt = "/api/console/v1/pushes", "/api/console/v1/jobs"
		w.run(t, []call{
			{name: "nothing has come", path: pushes, as: "organiser", has: []string{`"pushes":[]`}},
			{name: "nothing failed", path: jobsAt + "?state=dead", as: "organiser", has: []string{`"jobs":[]`}},
			{name: "nothing to replay", method: "POST", path: pushes + "/replay", as: "organiser", has: []string{`"replayed":0`}},
		})
		w.bury(t)
		w.run(t, []call{
			{name: "the dead", path: pushes + "?state=dead", as: "organiser", has: []string{"${dead}", "${gone}", "it cannot be read"}, not: []string{"<xml"}},
			{name: "a page", path: pushes + "?limit=1&after=${dead}", as: "organiser", not: []string{`"id":"${dead}"`}},
			{name: "none pending", path: pushes + "?state=pending", as: "organiser", has: []string{`"pushes":[]`}},
			{name: "no such state", path: pushes + "?state=lost", as: "organiser", status: 400, has: []string{`"field":"state"`}},
			{name: "too long a page", path: pushes + "?limit=201", as: "organiser", status: 400},
			{name: "not an id", path: pushes + "?after=x", as: "organiser", status: 400},
			{name: "the kinds", path: pushes + "/kinds", as: "organiser", has: []string{`"brand_new_event"`, `"count":2`}},
			{name: "what it says", path: pushes + "/${dead}", as: "organiser", has: []string{`xml"`, `"blanked":false`}},
			{name: "what it said", path: pushes + "/${gone}", as: "organiser", has: []string{`"body":""`, `"blanked":true`}},
			{name: "no such push", path: pushes + "/7", as: "organiser", status: 404, has: []string{"push_not_found"}},
			{name: "its body is gone", method: "POST", path: pushes + "/${gone}/replay", as: "organiser", status: 409, has: []string{"push_blanked"}},
			{name: "again", method: "POST", path: pushes + "/${dead}/replay", as: "organiser", has: []string{`"state":"pending"`}},
			{name: "again, twice", method: "POST", path: pushes + "/${dead}/replay", as: "organiser", has: []string{`"state":"pending"`}},
			{name: "dead jobs", path: jobsAt, as: "organiser", has: []string{"${job}", "test.failing", "it failed"}, not: []string{"community"}},
			{name: "no other jobs", path: jobsAt + "?state=done", as: "organiser", status: 400},
			{name: "revived", method: "POST", path: jobsAt + "/${job}/revive", as: "organiser", has: []string{`"state":"ready"`}},
			{name: "revived twice", method: "POST", path: jobsAt + "/${job}/revive", as: "organiser", has: []string{`"state":"ready"`}},
			{name: "no such job", method: "POST", path: jobsAt + "/7/revive", as: "organiser", status: 404, has: []string{"job_not_found"}},
		})
		for _, c := range []call{{path: pushes}, {path: pushes + "/kinds"}, {path: pushes + "/${dead}"}, {path: jobsAt},
			{method: "POST", path: pushes + "/replay"}, {method: "POST", path: pushes + "/${dead}/replay"}, {method: "POST", path: jobsAt + "/${job}/revive"},
			{method: "POST", path: jobsAt + "/revive"}} {
			for as, status := range map[string]int{"brand": 403, "nobody": 401, "staff": 401} {
				c.name, c.as, c.status = "not hers", as, status
				w.run(t, []call{c})
			}
		}
		w.settle(t, 10*time.Second)
		w.run(t, []call{
			{name: "it died again", path: pushes + "?state=dead", as: "organiser", has: []string{`"id":"${dead}"`}},
			{name: "all of them", method: "POST", path: pushes + "/replay", as: "organiser", has: []string{`"replayed":1`}},
		})
		audits, err := w.store.Read(t.Context()).In(w.seeded.Community).Audits(100)
		must(t, err)
		count := map[string]int{}
		for _, a := range audits {
			count[a.Action]++
		}
		if count["push.read"] != 2 || count["push.replay"] != 2 || count["job.revive"] != 1 {
			t.Errorf("the audit has %v", count)
		}
	})
}

// TestReviveAll: everything that failed for good is worked on again at once, but for what nothing is left of; a second time
// finds nothing.
func TestReviveAll(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		const pushes, jobsAt = "/api/console/v1/pushes?state=dead", "/api/console/v1/jobs"
		w.staffed(t)
		w.bury(t)
		w.run(t, []call{
			{name: "all", method: "POST", path: jobsAt + "/revive", as: "organiser", has: []string{`"revived":2`}},
			{name: "no job is dead", path: jobsAt, as: "organiser", has: []string{`"jobs":[]`}},
			{name: "one push has no body", path: pushes, as: "organiser", has: []string{"${gone}"}, not: []string{"${dead}"}},
			{name: "again", method: "POST", path: jobsAt + "/revive", as: "organiser", has: []string{`"revived":0`}},
		})
	})
}
