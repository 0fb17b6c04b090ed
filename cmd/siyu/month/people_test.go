package month_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// somebody draws a person for a group: a new one, or one in ten somebody who is in the one before it.
func (w *world) somebody(r *rand.Rand, n int) *person {
	if n > 1 && chance(r, 0.1) {
		if known := w.groups[n-1].sim.Members(); len(known) > 0 {
			return w.byPerson[known[r.IntN(len(known))].ID()]
		}
	}
	return w.newPerson()
}

// planMoves plans who comes to a group and who goes on a day: about one in two groups sees somebody move.
func (w *world) planMoves(g *group, d int, morning time.Time) {
	r := stream(w.o.seed, "moves", g.n, d)
	at := func() time.Time { return morning.Add(between(r, 2*time.Hour, 23*time.Hour)) }
	if chance(r, 0.35) {
		w.agenda.plan(at(), "somebody joins", w.join(g, r.Uint64()))
	}
	if chance(r, 0.20) {
		w.agenda.plan(at(), "somebody quits", w.leave(g, r.Uint64(), false, 0))
	}
	if chance(r, 0.07) {
		w.agenda.plan(at(), "somebody is removed", w.leave(g, r.Uint64(), true, 0))
	}
	if chance(r, 0.05) {
		back := between(r, time.Minute, 5*time.Hour)
		w.agenda.plan(at(), "somebody quits and comes back", w.leave(g, r.Uint64(), false, back))
	}
	if chance(r, 0.05) {
		w.agenda.plan(at(), "somebody moves", w.move(g, r.Uint64()))
	}
}

func (w *world) join(g *group, which uint64) act {
	return func(ctx context.Context) error {
		r := rand.New(rand.NewPCG(which, 1))
		p := w.somebody(r, g.n)
		err := g.sim.Join(ctx, p.wx, wechatsim.JoinVia{Scene: 1 + r.IntN(3)})
		if errors.Is(err, wechatsim.ErrAlreadyMember) || errors.Is(err, wechatsim.ErrGroupFull) || errors.Is(err, wechatsim.ErrDismissed) {
			return nil
		}
		w.count.Joins++
		return err
	}
}

// drawn is a member of a group that is not its host; nil if there is none.
func (w *world) drawn(g *group, r *rand.Rand) *wechatsim.Person {
	known := g.sim.Members()
	if len(known) < 4 {
		return nil
	}
	p := known[r.IntN(len(known))]
	if p == g.host {
		return nil
	}
	return p
}

// leave has somebody go, by herself or not, and come back after a while if that is not zero.
func (w *world) leave(g *group, which uint64, removed bool, back time.Duration) act {
	return func(ctx context.Context) error {
		p := w.drawn(g, rand.New(rand.NewPCG(which, 2)))
		if p == nil {
			return nil
		}
		if back > 0 {
			w.agenda.plan(w.now.Add(back), "somebody comes back", func(ctx context.Context) error {
				err := g.sim.Join(ctx, p, wechatsim.JoinVia{})
				if errors.Is(err, wechatsim.ErrAlreadyMember) || errors.Is(err, wechatsim.ErrDismissed) {
					return nil
				}
				w.count.Rejoins++
				return err
			})
		}
		if removed {
			w.count.Removals++
		} else {
			w.count.Quits++
		}
		return w.depart(ctx, g, p, removed)
	}
}

// depart takes somebody out of a group and notes whether anybody could be told.
func (w *world) depart(ctx context.Context, g *group, p *wechatsim.Person, removed bool) error {
	d := departure{group: g.n, who: p.ExternalUserID(corp), at: models.MillisOf(w.now), removed: removed}
	for _, in := range g.sim.Present() {
		if in.Person == p.ID() {
			d.joined = models.MillisOf(in.Joined.Truncate(time.Second))
		}
	}
	lost := w.sim.Stats().Dropped
	part := g.sim.Leave
	if removed {
		part = g.sim.Remove
	}
	if err := part(ctx, p); err != nil {
		return err
	}
	d.told = w.sim.Stats().Dropped == lost
	if g.kind == models.WeComGroup {
		w.departures = append(w.departures, d)
	}
	return nil
}

// move takes somebody from one group to another.
func (w *world) move(g *group, which uint64) act {
	return func(ctx context.Context) error {
		r := rand.New(rand.NewPCG(which, 3))
		p := w.drawn(g, r)
		to := w.groups[r.IntN(len(w.groups))]
		if p == nil || to == g || to.sim.Has(p) {
			return nil
		}
		w.count.Moves++
		if err := w.depart(ctx, g, p, false); err != nil {
			return err
		}
		err := to.sim.Join(ctx, p, wechatsim.JoinVia{})
		if errors.Is(err, wechatsim.ErrGroupFull) || errors.Is(err, wechatsim.ErrDismissed) {
			return nil
		}
		return err
	}
}

// spread lets the members of a group meet the cards that are new in it: some open them, mostly soon; of a few cards nobody
// takes notice.
func (w *world) spread(g *group) {
	posts := g.sim.Posts()
	for i, post := range posts[g.seen:] {
		if post.AppID != miniApp {
			continue
		}
		r := stream(w.o.seed, "meets", g.n, g.seen+i)
		known := g.sim.Members()
		for range r.IntN(5) { // nobody in one of five
			if len(known) == 0 {
				break
			}
			p := w.byPerson[known[r.IntN(len(known))].ID()]
			at := w.now.Add(between(r, 20*time.Second, 4*time.Hour))
			if chance(r, 0.15) {
				at = w.now.Add(between(r, 4*time.Hour, 40*time.Hour))
			}
			w.agenda.plan(at, "somebody opens a card", w.open(g, p, post.Page))
		}
	}
	g.seen = len(posts)
}

// open is a launch from a card in a group: a login and the group's own word where it was.
func (w *world) open(g *group, p *person, page string) act {
	return func(ctx context.Context) error {
		code := codeOf(page)
		p.visits++
		visit := fmt.Sprintf("visit-%s-%d", p.wx.ID(), p.visits)
		var session struct{ Token string }
		for try := 0; ; try++ { // a login code works once; each try has a new one
			_, err := w.client.do(ctx, request{method: http.MethodPost, path: "/api/mini/v1/sessions", body: func() any {
				return map[string]any{"app_id": miniApp, "code": p.wx.Login(miniApp), "visit": visit, "scene": 1044, "placement": code}
			}}, &session)
			if err == nil {
				break
			}
			if no, refused := err.(*refusal); !refused || try > 10 || no.status == http.StatusNotFound { //nolint:errorlint // as it is
				return err
			}
		}
		var entered struct{ Group struct{ ID string } }
		for try := 0; ; try++ {
			data, iv, err := p.wx.EnterFromGroup(miniApp, g.sim)
			if errors.Is(err, wechatsim.ErrNotMember) || errors.Is(err, wechatsim.ErrDismissed) {
				return nil // she has left since
			}
			if err != nil {
				return err
			}
			w.fact(g, code).tried++
			_, err = w.client.do(ctx, request{method: http.MethodPost, path: "/api/mini/v1/group-entries", bearer: session.Token,
				body: func() any { return map[string]string{"encrypted_data": data, "iv": iv, "placement": code} }}, &entered)
			if err == nil {
				break
			}
			if no, refused := err.(*refusal); !refused || try > 10 || no.status < 500 { //nolint:errorlint // as it is
				return err
			}
		}
		w.count.Opens++
		f := w.fact(g, code)
		f.opened = append(f.opened, models.MillisOf(w.now))
		f.openers = append(f.openers, p.wx.ID())
		return nil
	}
}
