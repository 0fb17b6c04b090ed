package month_test

import (
	"context"
	"errors"
	"slices"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// nature is how somebody goes about her tasks, most of the time.
type nature string

// The natures of owners.
const (
	punctual   nature = "punctual"
	late       nature = "late"        // about when, or after, it is taken back
	twice      nature = "twice"       // sends or confirms it a second time
	never      nature = "never"       // does nothing
	otherOrder nature = "other order" // gathers her tasks and does the last first
	partial    nature = "partial"     // deselects some of the groups
	byHand     nature = "by hand"     // leaves the task and forwards the card herself
	liar       nature = "liar"        // confirms what she has not posted
	silent     nature = "silent"      // posts and tells nobody
	slow       nature = "slow"        // posts in time and confirms hours later
	early      nature = "early"       // posts before the time the task names
	elsewhere  nature = "elsewhere"   // forwards the card to another group of hers as well
)

func wecomNatures() []nature {
	return []nature{punctual, late, twice, punctual, otherOrder, partial, byHand, never, punctual, late}
}

func handNatures() []nature {
	return []nature{punctual, silent, liar, late, twice, slow, otherOrder, early, never, elsewhere}
}

func natureOf(n int, all []nature) nature { return all[n%len(all)] }

// noticeTasks lets the owners of customer groups make up their minds about tasks they have not seen before.
func (w *world) noticeTasks() {
	for _, t := range w.sim.OpenTasks(corp, "") {
		if w.tasks[t.MsgID] {
			continue
		}
		w.tasks[t.MsgID] = true
		w.cards[t.Sender] = t
		w.decide(t, len(w.tasks))
	}
}

// decide plans what an owner does with a task: what is in her nature, and one time in five what anybody does.
func (w *world) decide(t wechatsim.Task, n int) {
	r := stream(w.o.seed, "owner", n)
	is := punctual
	if g := w.byChat(t.ChatIDs); g != nil && !chance(r, 0.2) {
		is = g.nature
	}
	soon := w.now.Add(between(r, time.Minute, 90*time.Minute))
	switch is {
	case late:
		w.agenda.plan(t.Created.Add(between(r, 8*time.Hour, 13*time.Hour)), "an owner sends late", w.send(t))
	case twice:
		w.agenda.plan(soon, "an owner sends", w.send(t))
		w.agenda.plan(soon.Add(10*time.Minute), "an owner sends again", w.send(t))
	case never:
	case otherOrder:
		w.agenda.plan(w.now.Add(6*time.Hour-time.Duration(n%30)*5*time.Minute), "an owner sends the last first", w.send(t))
	case partial:
		if len(t.ChatIDs) > 1 {
			some := t.ChatIDs[:1+r.IntN(len(t.ChatIDs)-1)]
			w.agenda.plan(soon, "an owner sends to some", w.send(t, some...))
		} else if chance(r, 0.5) {
			w.agenda.plan(soon, "an owner sends", w.send(t))
		}
	case byHand:
		w.agenda.plan(soon, "an owner posts by hand", w.postByStaff(t))
	case punctual, liar, silent, slow, early, elsewhere:
		w.agenda.plan(soon, "an owner sends", w.send(t))
	}
}

func (w *world) byChat(chats []string) *group {
	for _, g := range w.groups {
		if len(chats) > 0 && g.sim.ChatID() == chats[0] {
			return g
		}
	}
	return nil
}

// send is the tap on "send". A task that was taken back, or is sent already, or is not hers any more, cannot be sent.
func (w *world) send(t wechatsim.Task, chats ...string) act {
	return func(context.Context) error {
		err := w.sim.Confirm(t.CorpID, t.MsgID, t.Sender, chats...)
		for _, fine := range []error{wechatsim.ErrCancelled, wechatsim.ErrAlreadySent, wechatsim.ErrCapped, wechatsim.ErrNoTask} {
			if errors.Is(err, fine) {
				w.count.Refused++
				return nil
			}
		}
		if err != nil {
			return err
		}
		w.count.Confirms++
		for _, chat := range t.ChatIDs {
			if g := w.byChat([]string{chat}); g != nil {
				w.spread(g)
			}
		}
		return nil
	}
}

// postByStaff forwards a task's card into its groups by hand.
func (w *world) postByStaff(t wechatsim.Task) act {
	return func(context.Context) error {
		for _, chat := range t.ChatIDs {
			g := w.byChat([]string{chat})
			if g == nil || len(t.Cards) == 0 {
				continue
			}
			card := t.Cards[0]
			card.Text = t.Text
			if err := g.sim.PostByStaff(t.Sender, card); errors.Is(err, wechatsim.ErrNotMember) || errors.Is(err, wechatsim.ErrDismissed) {
				continue // the group is somebody else's by now
			} else if err != nil {
				return err
			}
			w.count.StaffPosts++
			w.spread(g)
		}
		return nil
	}
}

// planOwners gives now and then a customer group to the next owner, and in the middle of the month all groups of one owner
// who leaves the company.
func (w *world) planOwners(d int, morning time.Time) {
	r := stream(w.o.seed, "owners", d)
	at := morning.Add(between(r, 2*time.Hour, 10*time.Hour))
	rooms := w.rooms()
	if len(rooms) < 3 || d == 0 || !w.o.owners {
		return
	}
	for range 1 + len(rooms)/50 {
		g, like := rooms[r.IntN(len(rooms))], rooms[r.IntN(len(rooms))]
		if chance(r, 0.5) {
			w.agenda.plan(at, "a group gets another owner", func(ctx context.Context) error { return w.giveTo(ctx, g, like) })
		}
	}
	if d == w.o.days/2 {
		w.agenda.plan(at, "an owner leaves the company", w.ownerLeaves(rooms[0], rooms[len(rooms)-1]))
	}
}

// rooms are the customer groups.
func (w *world) rooms() []*group {
	return slices.DeleteFunc(slices.Clone(w.groups), func(g *group) bool { return g.kind != models.WeComGroup })
}

// giveTo gives a group to the owner of another one.
func (w *world) giveTo(ctx context.Context, g, like *group) error {
	if g.owner == like.owner {
		return nil
	}
	w.count.OwnerChanges++
	g.owner, g.nature = like.owner, like.nature
	return g.sim.ChangeOwner(ctx, like.owner)
}

// ownerLeaves has the owner of a group leave the company; in the same hour an administrator hands her groups over.
func (w *world) ownerLeaves(g, heir *group) act {
	return func(context.Context) error {
		gone := g.owner
		if gone == heir.owner {
			return nil
		}
		w.count.Left++
		if err := w.sim.StaffLeaves(corp, gone); err != nil {
			return err
		}
		w.agenda.plan(w.now.Add(40*time.Minute), "the groups of somebody who left are handed over", func(ctx context.Context) error {
			for _, other := range w.rooms() {
				if other.owner != gone {
					continue
				}
				if err := w.giveTo(ctx, other, heir); err != nil {
					return err
				}
			}
			return nil
		})
		return nil
	}
}
