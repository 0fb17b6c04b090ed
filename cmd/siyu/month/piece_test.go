package month_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"siyu/models"
)

// pieces are what the organiser herself has posted in all her groups: a text every third day, and once a week a card.
func pieces() []map[string]any {
	return []map[string]any{
		{"title": "周末去处", "text": "本周末的亲子活动。What to do this weekend.", "audience": map[string]any{"kind": models.AudienceAll},
			"schedule": map[string]any{"start": "2026-03-03", "minute": 9*60 + 30, "repeat": "daily", "every": 3}, "window": (5 * time.Hour).Milliseconds()},
		{"title": "步道地图", "text": "步道地图更新了。The trail map is new.", "audience": map[string]any{"kind": models.AudienceAll},
			"schedule":   map[string]any{"start": "2026-03-05", "minute": 18 * 60, "repeat": "weekly", "every": 1, "days": []int{4}},
			"window":     (3 * time.Hour).Milliseconds(),
			"attachment": map[string]any{"kind": models.AttachPage, "title": "步道地图", "url": "pages/map/index"}},
	}
}

// writePieces writes and schedules them, before anything goes wrong.
func (w *world) writePieces(ctx context.Context) error {
	for _, p := range pieces() {
		var made struct {
			ID  string
			Ver int
		}
		if err := w.client.organiser(ctx, post("/api/console/v1/pieces", p), &made); err != nil {
			return err
		}
		if err := w.client.organiser(ctx, post("/api/console/v1/pieces/"+made.ID+"/schedule", map[string]any{"ver": made.Ver}), nil); err != nil {
			return err
		}
	}
	return nil
}

// runs is how the organiser's own posts compare, run by run.
type runs struct {
	Appeared int `json:"appeared"`
	Booked   int `json:"booked"`
	Unseen   int `json:"unseen"`    // as of sponsored posts
	SaidOnly int `json:"said_only"` // as of sponsored posts
	Unposted int `json:"unposted"`  // taken back, or never handed over
	Open     int `json:"open"`

	Missing   int `json:"missing"`
	Phantom   int `json:"phantom"`
	WrongTime int `json:"wrong_time"`
}

// ran is a run's task with the times at which its message appeared in its group.
type ran struct {
	task     models.Task
	run      models.Run
	at       []models.Millis
	platform bool // WeCom can tell of it
	told     fact
}

// compareRuns compares the organiser's own posts.
func (c *comparison) compareRuns(tr truth, b book) {
	for _, r := range c.ran(tr, b) {
		posted := r.run.State == models.RunPosted
		told := r.platform || len(r.told.said) > 0 && !r.told.lied || tr.byCard && len(r.told.opened) > 0
		switch {
		case len(r.at) == 0 && posted && r.told.lied && r.task.Proof == models.ProofOwner:
			c.runs.SaidOnly++
		case len(r.at) == 0 && posted:
			c.differ(&c.runs.Phantom, "a run is booked and did not appear: %+v", r)
		case len(r.at) == 0 && r.run.State == models.RunHanded:
			c.runs.Open++
			if r.task.DueAt.Add(time.Hour) < b.now {
				c.differ(&c.runs.Missing, "a run is with its owner long after its time: %+v", r)
			}
		case len(r.at) == 0:
			c.runs.Unposted++
		case !posted && told:
			c.runs.Appeared++
			c.differ(&c.runs.Missing, "a run appeared and is not booked: %+v", r)
		case !posted:
			c.runs.Appeared++
			c.runs.Unseen++
		default:
			c.runs.Appeared++
			c.runs.Booked++
			c.compareRunBooked(b, r)
		}
	}
}

// compareRunBooked wants a run's time and its row among the organic posts.
func (c *comparison) compareRunBooked(b book, r ran) {
	latest := r.at[len(r.at)-1].Add(time.Second)
	for _, at := range slices.Concat(r.told.said, r.told.opened) {
		if r.task.Proof != models.ProofPlatform {
			latest = max(latest, at.Add(slack))
		}
	}
	if r.run.PostedAt < r.at[0]/1000*1000 || r.run.PostedAt > latest {
		c.differ(&c.runs.WrongTime, "a run is booked at another time, %s: %+v", r.run.PostedAt.Time(), r)
	}
	if o := b.byIdem["run:"+r.run.ID.String()]; o.GroupID != r.run.GroupID || o.At != r.run.PostedAt || o.Posts != 1 {
		c.differ(&c.runs.Missing, "a run is counted among the organic posts as %+v: %+v", o, r)
	}
}

// ran lists the runs' tasks with what appeared of them: by the send task they were in, by their card's code, or, without a
// card, by the mark of whoever posted it by hand.
func (c *comparison) ran(tr truth, b book) []ran {
	places := map[string]place{}
	for _, g := range tr.groups {
		places[g.sim] = g
	}
	appeared := map[string][]models.Millis{}
	for _, a := range tr.appeared {
		g := places[a.Group]
		if tr.masses[a.MsgID] {
			continue // staff's own copies count for themselves
		}
		for _, mark := range []string{"msg:" + a.MsgID, "code:" + codeOf(a.Page), a.Title} {
			k := fmt.Sprint(g.id, " ", mark)
			appeared[k] = append(appeared[k], models.MillisOf(a.At))
		}
	}
	numbers := map[models.GroupID]int{}
	for _, g := range tr.groups {
		numbers[g.id] = g.n
	}
	var all []ran
	for _, t := range b.runTasks {
		r := ran{task: t, run: b.runs[t.RunID]}
		letter := b.letters[t.EnvelopeID]
		r.platform = letter.MsgID != "" && len(appeared[fmt.Sprint(t.GroupID, " msg:", letter.MsgID)]) > 0
		for _, mark := range []string{"msg:" + letter.MsgID, "code:" + letter.Code, "code:" + r.run.Code, taskMark + t.ID.String()} {
			if mark != "msg:" && mark != "code:" {
				r.at = append(r.at, appeared[fmt.Sprint(t.GroupID, " ", mark)]...)
			}
		}
		slices.Sort(r.at)
		for _, mark := range []string{letter.Code, r.run.Code, taskMark + t.ID.String()} {
			if f := tr.facts[key{numbers[t.GroupID], mark}]; f != nil && mark != "" {
				r.told = *f
			}
		}
		all = append(all, r)
	}
	return all
}
