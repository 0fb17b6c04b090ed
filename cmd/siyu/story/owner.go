package story

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// noticeTasks lets the owners of WeCom groups make up their minds about new tasks: most confirm within the hour, some
// after many hours, some never.
func (w *world) noticeTasks() {
	corp := w.o.Seeded.Accounts.WeCom.CorpID
	for _, t := range w.o.Sim.OpenTasks(corp, "") {
		if w.seenTasks[t.MsgID] {
			continue
		}
		w.seenTasks[t.MsgID] = true
		r := stream(w.o.Seed, "owner", len(w.seenTasks))
		if chance(r, 0.15) {
			continue
		}
		at := t.Created.Truncate(time.Second).Add(time.Minute + around(r, 35*time.Minute, 3))
		if at.Before(w.now) {
			at = w.now
		}
		w.queue.plan(at, "owner "+t.Sender+" taps send", w.tapSend(t))
	}
}

// tapSend posts a task's card; a task that was taken back meanwhile cannot be sent any more.
func (w *world) tapSend(t wechatsim.Task) act {
	return func(context.Context) error {
		err := w.o.Sim.Confirm(t.CorpID, t.MsgID, t.Sender)
		if errors.Is(err, wechatsim.ErrCancelled) || errors.Is(err, wechatsim.ErrCapped) {
			return nil
		}
		if err != nil {
			return err
		}
		return w.spread()
	}
}

// spread lets the members of each group meet the cards that are new in it.
func (w *world) spread() error {
	for i, g := range w.groups {
		posts := g.Sim.Posts()
		for n, post := range posts[g.posts:] {
			if post.AppID != w.o.Seeded.Accounts.MiniProgram.AppID {
				continue
			}
			code, err := placementCode(post.Page)
			if err != nil {
				return err
			}
			w.count.Posts++
			w.meetCard(i, g.posts+n, code)
		}
		g.posts = len(posts)
	}
	return nil
}

// placementCode is what the card's path says about its placement.
func placementCode(page string) (string, error) {
	_, query, _ := strings.Cut(page, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", fmt.Errorf("card path %q: %w", page, err)
	}
	for _, name := range []string{"placement", "p", "c", "code"} {
		if code := values.Get(name); code != "" {
			return code, nil
		}
	}
	return "", fmt.Errorf("card path %q names no placement", page)
}

// handTask is a task as the console tells it.
type handTask struct {
	ID         string        `json:"id"`
	Kind       string        `json:"kind"`
	State      string        `json:"state"`
	GroupID    string        `json:"group_id"`
	OfferTitle string        `json:"offer_title"`
	Text       string        `json:"text"`
	CardPath   string        `json:"card_path"`
	DueAt      models.Millis `json:"due_at"`
}

// lookAtTasks is the organiser opening her list: she posts most cards of her ordinary groups soon, and forgets some.
func (w *world) lookAtTasks(ctx context.Context) error {
	var list struct{ Tasks []handTask }
	if err := w.organiser.get(ctx, "/api/console/v1/tasks", &list); err != nil {
		return err
	}
	for _, t := range list.Tasks {
		if t.Kind != string(models.OrdinaryGroup) || t.State != string(models.TaskOpen) || w.handTasks[t.ID] {
			continue
		}
		w.handTasks[t.ID] = true
		r := stream(w.o.Seed, "hand post", len(w.handTasks))
		at := w.now.Add(between(r, 2*time.Minute, 25*time.Minute))
		if chance(r, 0.12) || at.Add(15*time.Minute).After(t.DueAt.Time()) {
			continue // forgotten, or "do not post after"
		}
		w.queue.plan(at, "the organiser posts a card by hand", w.postByHand(t, r.IntN(150)))
	}
	return nil
}

// postByHand forwards the card into the group and, a minute or three later, says so in the console.
func (w *world) postByHand(t handTask, seconds int) act {
	return func(context.Context) error {
		i := slices.IndexFunc(w.groups, func(g *groupState) bool { return g.ID.String() == t.GroupID })
		if i < 0 {
			return fmt.Errorf("task of unknown group %s", t.GroupID)
		}
		post := wechatsim.Post{Title: t.OfferTitle, AppID: w.o.Seeded.Accounts.MiniProgram.AppID, Page: t.CardPath, Text: t.Text}
		if err := w.groups[i].Sim.PostCard(w.o.Seeded.Host, post); err != nil {
			return err
		}
		at := w.now.Add(time.Duration(30+seconds) * time.Second)
		w.queue.plan(at, "the organiser confirms a post", func(ctx context.Context) error {
			return w.organiser.do(ctx, request{method: http.MethodPost, path: "/api/console/v1/tasks/" + t.ID + "/confirm"}, nil)
		})
		return w.spread()
	}
}
