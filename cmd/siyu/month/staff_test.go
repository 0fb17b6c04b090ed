package month_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// entered is a post that somebody made by hand and that the organiser entered.
type entered struct {
	group     int
	key       string
	at        models.Millis
	sponsored bool
}

// planByHand plans what is posted past the queue: mass messages of a customer group's owner, now and then with a card of
// ours, and posts that the organiser enters afterwards.
func (w *world) planByHand(g *group, d int, morning time.Time) {
	r := stream(w.o.seed, "by hand", g.n, d)
	at := morning.Add(between(r, 3*time.Hour, 11*time.Hour))
	if w.o.masses && g.kind == models.WeComGroup && chance(r, 0.05) {
		w.agenda.plan(at, "staff send a mass message", w.mass(g, d, chance(r, 0.5), chance(r, 0.2)))
	}
	if chance(r, 0.03) {
		w.agenda.plan(at, "somebody posts and the organiser enters it", w.enterPost(g, d, chance(r, 0.5)))
	}
}

// mass has the owner of a group send a message of her own, to this group or to all of hers.
func (w *world) mass(g *group, d int, all, card bool) act {
	return func(context.Context) error {
		owner := g.owner
		m := wechatsim.GroupMass{Text: fmt.Sprintf("周末去哪儿玩 %d-%d", g.n, d), ChatIDs: []string{g.sim.ChatID()}}
		if all {
			m.ChatIDs = nil
		}
		if t, had := w.cards[owner]; had && card && len(t.Cards) > 0 {
			m.Cards = t.Cards[:1]
		}
		id, err := w.sim.PostMass(corp, owner, m)
		if errors.Is(err, wechatsim.ErrCapped) || errors.Is(err, wechatsim.ErrNoTask) || errors.Is(err, wechatsim.ErrDismissed) {
			return nil
		}
		if err != nil {
			return err
		}
		w.masses[id] = true
		w.count.Masses++
		for _, other := range w.groups {
			if other.owner == owner {
				w.spread(other)
			}
		}
		return nil
	}
}

// enterPost has somebody post without Siyu, and the organiser enter it a little later.
func (w *world) enterPost(g *group, d int, sponsored bool) act {
	return func(context.Context) error {
		said := wechatsim.Post{Title: "by hand", Text: fmt.Sprintf("朋友的店 %d-%d", g.n, d)}
		var err error
		if g.host != nil {
			err = g.sim.PostCard(g.host, said)
		} else {
			err = g.sim.PostByStaff(g.owner, said)
		}
		if err != nil {
			return err
		}
		g.seen++ // nobody can open it
		e := entered{g.n, fmt.Sprintf("month-%d-%d", g.n, d), models.MillisOf(w.now), sponsored}
		w.agenda.plan(w.now.Add(20*time.Minute), "the organiser enters a post", func(ctx context.Context) error {
			in := map[string]any{"kind": "mass", "at": e.at}
			if e.sponsored {
				in["kind"] = "sponsored"
			}
			err := w.client.organiser(ctx, post("/api/console/v1/groups/"+g.id.String()+"/posts", in).keyed(e.key), nil)
			if err != nil {
				return err
			}
			w.entered = append(w.entered, e)
			w.count.Entered++
			return nil
		})
		return nil
	}
}
