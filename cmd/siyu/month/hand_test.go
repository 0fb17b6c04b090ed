package month_test

import (
	"context"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// handTask is a task as the console tells it.
type handTask struct {
	ID       string        `json:"id"`
	Kind     string        `json:"kind"`
	State    string        `json:"state"`
	GroupID  string        `json:"group_id"`
	Title    string        `json:"offer_title"`
	Text     string        `json:"text"`
	CardPath string        `json:"card_path"`
	DueAt    models.Millis `json:"due_at"`
}

// lookAtTasks is the organiser opening her list; the owners of ordinary groups make up their minds about what is new in it.
func (w *world) lookAtTasks(ctx context.Context) error {
	var list struct{ Tasks []handTask }
	if err := w.client.organiser(ctx, get("/api/console/v1/tasks"), &list); err != nil {
		return err
	}
	for _, t := range list.Tasks {
		if t.Kind != string(models.OrdinaryGroup) || t.State != string(models.TaskOpen) || w.hands[t.ID] {
			continue
		}
		w.hands[t.ID] = true
		if g := w.byID(t.GroupID); g != nil && g.host != nil {
			w.decideByHand(g, t, len(w.hands))
		}
	}
	return nil
}

func (w *world) byID(id string) *group {
	for _, g := range w.groups {
		if g.id.String() == id {
			return g
		}
	}
	return nil
}

// decideByHand plans what the owner of an ordinary group does with a task.
func (w *world) decideByHand(g *group, t handTask, n int) {
	r := stream(w.o.seed, "hand", n)
	is := g.nature
	if chance(r, 0.2) {
		is = punctual
	}
	soon := w.now.Add(between(r, time.Minute, 40*time.Minute))
	told := soon.Add(between(r, 20*time.Second, 4*time.Minute))
	forward := func(at time.Time) { w.agenda.plan(at, "an owner forwards a card", w.forward(g, t)) }
	confirm := func(at time.Time) { w.agenda.plan(at, "an owner confirms", w.confirm(g, t, word{})) }
	switch is {
	case late:
		at := t.DueAt.Time().Add(between(r, -30*time.Minute, 3*time.Hour))
		forward(at)
		confirm(at.Add(2 * time.Minute))
	case twice:
		forward(soon)
		confirm(told)
		confirm(told.Add(time.Minute))
		if chance(r, 0.3) {
			forward(soon.Add(time.Hour))
		}
	case never:
	case liar:
		w.agenda.plan(told, "an owner lies", w.confirm(g, t, word{lie: true}))
	case silent:
		forward(soon)
	case slow:
		forward(soon)
		w.agenda.plan(soon.Add(between(r, time.Hour, 14*time.Hour)), "an owner confirms", w.confirm(g, t, word{at: soon}))
	case otherOrder:
		forward(soon)
		confirm(w.now.Add(4*time.Hour - time.Duration(n%30)*5*time.Minute))
	case elsewhere:
		forward(soon)
		confirm(told)
		if other := w.otherOf(g); other != nil && chance(r, 0.4) {
			w.agenda.plan(soon.Add(2*time.Hour), "an owner forwards a card to another group", w.forward(other, t))
		}
	case punctual, early, partial, byHand:
		forward(soon)
		confirm(told)
	}
}

// otherOf is another ordinary group.
func (w *world) otherOf(g *group) *group {
	if n := g.n + 2; n < len(w.groups) {
		return w.groups[n]
	}
	return nil
}

// forward puts a task's card into a group.
func (w *world) forward(g *group, t handTask) act {
	return func(context.Context) error {
		said := wechatsim.Post{Title: t.mark(), Text: t.Text}
		if t.CardPath != "" {
			said.AppID, said.Page = miniApp, t.CardPath
		}
		if err := g.sim.PostCard(g.host, said); err != nil {
			return err
		}
		w.spread(g)
		return nil
	}
}

// word is what an owner says of a task.
type word struct {
	lie bool      // it was not posted
	at  time.Time // when it was posted, if she says so
}

// confirm says in the console that a card was posted.
func (w *world) confirm(g *group, t handTask, say word) act {
	return func(ctx context.Context) error {
		var in any
		if !say.at.IsZero() {
			in = map[string]any{"posted_at": models.MillisOf(say.at)}
		}
		if err := w.client.organiser(ctx, post("/api/console/v1/tasks/"+t.ID+"/confirm", in), nil); err != nil {
			return err
		}
		f := w.fact(g, t.mark())
		if say.lie {
			f.lied = true
			w.count.Lies++
		} else {
			w.count.Confirms++
		}
		f.said = append(f.said, models.MillisOf(w.now))
		return nil
	}
}

// mark is what the simulator's log knows a post of the task by: its card's code, or, if it has no card, the task.
func (t handTask) mark() string {
	if t.CardPath == "" {
		return taskMark + t.ID
	}
	return codeOf(t.CardPath)
}

// taskMark begins the title of a post without a card, which only the simulator sees.
const taskMark = "task "
