package bot_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
	"siyu/throttle"
)

// post is an offer in a group.
type post struct {
	offer models.OfferID
	chat  string
}

// mailroom is a few owners with their groups, offers that are to be posted in them, and everything that may happen on the way.
// What it holds the book against is plain: what owners have on their phones, and what stands in the groups.
type mailroom struct {
	*bench
	t      *testing.T
	r      *rapid.T
	groups []models.Group
	chats  []*wechatsim.Group
	owned  []string // by whom, by the groups' order
	offers []models.Offer
	piece  models.PieceID
	posts  int // pieces posted at once
	asked  map[post]bool
	vetoed map[post]time.Time // since when
	front  *httptest.Server
	blade  *cut
	life   context.Context //nolint:containedctx // of the process
	kill   context.CancelFunc
	blind  *throttle.Ledger
	second *bench                    // another instance; nil: there is none
	given  map[string]wechatsim.Task // all messages that an owner was ever seen to have
}

func owners() []string { return []string{owner, "another"} }

func newMailroom(t *testing.T, r *rapid.T, s *models.Store, clock *models.ManualClock) *mailroom {
	t.Helper()
	slow := rapid.SampledFrom([]wechatsim.Options{{}, {ResultDelay: 20 * time.Minute}, {ListDelay: 5 * time.Minute}, {DispatchDelay: 2 * time.Minute}}).
		Draw(r, "what WeCom is slow at")
	m := &mailroom{bench: newBenchOn(t, s, clock, slow), t: t, r: r, asked: map[post]bool{}, vetoed: map[post]time.Time{}, given: map[string]wechatsim.Task{},
		blind: blind(t)}
	if rapid.Bool().Draw(r, "two instances") {
		m.second = &bench{}
	}
	m.rules(t, models.Rules{GroupCap: 40, GroupWindow: 7 * 24 * 3600_000, HoldFor: 3 * 3600_000})
	m.groups, m.chats, m.owned = []models.Group{m.group}, []*wechatsim.Group{m.chat}, owners()[:1]
	for i := range 3 {
		g, chat := m.customerGroup(t, wechatsim.GroupSpec{Name: fmt.Sprint("群", i), OwnerUserID: owners()[i/2]})
		m.groups, m.chats, m.owned = append(m.groups, g), append(m.chats, chat), append(m.owned, owners()[i/2])
	}
	for i := range 3 {
		m.offers = append(m.offers, m.offer(t, fmt.Sprint("券", i)))
	}
	d := weekly()
	d.Schedule, d.Audience.Kind = nil, models.AudienceWeCom
	v, err := m.bot.SavePiece(t.Context(), m.community, 1, 0, 0, d)
	must(t, err)
	m.piece = v.ID
	m.blade = &cut{next: m.sim.Handler()}
	m.front = httptest.NewServer(m.blade)
	t.Cleanup(m.front.Close)
	m.envelopes.FoldAfter, m.envelopes.HandEvery = 2*time.Minute, 2*time.Hour
	must(t, s.Tx(t.Context(), func(tx *models.Tx) error { return jobs.Periodic(tx, bot.WatchMasses{}) }))
	m.start()
	return m
}

// start is another process.
func (m *mailroom) start() {
	must(m.t, m.store.Tx(m.t.Context(), func(tx *models.Tx) error { return tx.FreeLeases() }))
	m.rewire(m.t, m.front.URL)
	if m.second != nil {
		*m.second = *m.bench
		m.second.rewire(m.t, m.front.URL)
	}
	m.life, m.kill = contextWithKill(m.t)
	m.blade.kill = m.kill
}

// work does what is due; a process that is killed is followed by another.
func (m *mailroom) work() {
	for {
		_, err := m.drainAll()
		if err == nil {
			return
		}
		if m.life.Err() == nil {
			m.r.Fatalf("work: %v", err)
		}
		m.start()
	}
}

// drainAll has every instance do what is due, side by side.
func (m *mailroom) drainAll() (int, error) {
	if m.second == nil {
		return m.runner.Drain(m.life)
	}
	done := make(chan error, 1)
	go func() {
		_, err := m.second.runner.Drain(m.life)
		done <- err
	}()
	n, err := m.runner.Drain(m.life)
	if other := <-done; err == nil {
		err = other
	}
	if err != nil {
		return n, err
	}
	return m.runner.Drain(m.life) // what one of them left to the other
}

// wait lets time pass from one due job to the next.
func (m *mailroom) wait(d time.Duration) {
	for end := m.clock.Now().Add(d); m.clock.Now().Before(end); m.work() {
		next := end
		c, err := m.store.Read(m.t.Context()).CountJobs()
		must(m.t, err)
		if at := c.NextAt.Time(); c.NextAt != 0 && at.After(m.clock.Now()) && at.Before(end) {
			next = at
		}
		m.clock.Set(next)
	}
}

// plan asks for a slot: of an offer in a group, or of what waits for another one.
func (m *mailroom) plan() {
	l := m.ledger
	if rapid.Bool().Draw(m.r, "blind") {
		l = m.blind
	}
	waiting, err := m.scope(m.t).PlacementsIn(models.PlacementPlanned, models.PlacementHeld)
	must(m.t, err)
	if len(waiting) > 0 && rapid.Bool().Draw(m.r, "anew") {
		m.ask(m.t, l, rapid.SampledFrom(waiting).Draw(m.r, "waiting").ID)
		return
	}
	o := rapid.SampledFrom(m.offers).Draw(m.r, "offer")
	for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(m.groups)-1), 1, 3, rapid.ID[int]).Draw(m.r, "groups") {
		p := post{o.ID, m.chats[i].ChatID()}
		if m.asked[p] {
			continue
		}
		m.asked[p] = true
		m.ask(m.t, l, m.wanted(m.t, o, m.groups[i].ID).ID)
	}
}

// own posts the organiser's own piece in all groups now.
func (m *mailroom) own() {
	m.posts++
	_, err := m.bot.PostNow(m.t.Context(), m.community, 1, m.piece, nil, fmt.Sprint(m.posts))
	must(m.t, err)
}

// send has an owner send one of her messages, to all of its groups that are hers or to some.
func (m *mailroom) send() {
	open := m.sim.OpenTasks(corpID, "")
	if len(open) == 0 {
		return
	}
	task := rapid.SampledFrom(open).Draw(m.r, "task")
	hers := slices.DeleteFunc(task.ChatIDs, func(id string) bool {
		return m.owned[slices.IndexFunc(m.chats, func(c *wechatsim.Group) bool { return c.ChatID() == id })] != task.Sender
	})
	if len(hers) > 0 {
		must(m.t, m.sim.Confirm(corpID, task.MsgID, task.Sender, hers[:rapid.IntRange(1, len(hers)).Draw(m.r, "groups")]...))
	}
}

// handmade is a message of an owner's own.
func (m *mailroom) handmade() {
	i := rapid.IntRange(0, len(m.chats)-1).Draw(m.r, "group")
	_, err := m.sim.PostMass(corpID, m.owned[i], wechatsim.GroupMass{Text: "早上好", ChatIDs: []string{m.chats[i].ChatID()}})
	must(m.t, err)
}

// trouble has one of the next calls fail.
func (m *mailroom) trouble() {
	path := rapid.SampledFrom([]string{"add_msg_template", "add_msg_template", "cancel_groupmsg_send", "get_groupmsg_send_result", "get_groupmsg_task"}).
		Draw(m.r, "call")
	fault := rapid.SampledFrom([]wechatsim.Fault{{Disconnect: true, Execute: true}, {Disconnect: true}, {Errcode: -1}, {Errcode: 45009}}).Draw(m.r, "fault")
	m.sim.Fail("/cgi-bin/externalcontact/"+path, fault)
}

// die has one of the next calls kill the process.
func (m *mailroom) die() {
	m.blade.at = m.blade.calls.Load() + int64(rapid.IntRange(1, 3).Draw(m.r, "call"))
	m.blade.execute = rapid.Bool().Draw(m.r, "executed")
}

// dieSoon kills the process while it works, wherever it is: in the middle of a transaction as like as not.
func (m *mailroom) dieSoon() {
	time.AfterFunc(time.Duration(rapid.IntRange(1, 100).Draw(m.r, "x 50 us"))*50*time.Microsecond, m.kill)
	m.wait(3 * time.Minute)
}

// veto is an organiser's no to an offer in a group.
func (m *mailroom) veto() {
	o, i := rapid.SampledFrom(m.offers).Draw(m.r, "offer"), rapid.IntRange(0, len(m.groups)-1).Draw(m.r, "group")
	must(m.t, m.bot.Veto(m.t.Context(), m.community, models.Veto{OfferID: o.ID, GroupID: m.groups[i].ID}))
	if p := (post{o.ID, m.chats[i].ChatID()}); m.vetoed[p].IsZero() {
		m.vetoed[p] = m.clock.Now()
	}
}

// turn stops everything sponsored, or lets it go on.
func (m *mailroom) turn() {
	c, err := m.scope(m.t).ReadCommunity(m.community)
	must(m.t, err)
	if c.StoppedAt == 0 {
		must(m.t, m.bot.Stop(m.t.Context(), m.community, 1, ""))
	} else {
		must(m.t, m.bot.Resume(m.t.Context(), m.community, 1, ""))
	}
}

// pass gives a group to the other owner.
func (m *mailroom) pass() {
	i := rapid.IntRange(0, len(m.chats)-1).Draw(m.r, "group")
	to := owners()[0]
	if m.owned[i] == to {
		to = owners()[1]
	}
	m.owned[i] = to
	must(m.t, m.chats[i].ChangeOwner(m.t.Context(), to))
	m.wait(time.Minute) // until it is read
}

// offerIn is the offer of a card; zero: there is no card, or none of an offer.
func (m *mailroom) offerIn(cards []wechatsim.Post) models.OfferID {
	if len(cards) == 0 || cards[0].AppID == "" {
		return 0
	}
	e, err := m.scope(m.t).EnvelopeByCode(strings.TrimPrefix(cards[0].Page, "pages/offer/index?p="))
	must(m.t, err)
	var o models.OfferID
	must(m.t, o.UnmarshalText([]byte(strings.TrimPrefix(e.Content, "o:"))))
	return o
}

// look holds what owners have and what stands in the groups against what may be.
func (m *mailroom) look() {
	open := m.sim.OpenTasks(corpID, "")
	for _, task := range open {
		m.given[task.MsgID] = task
	}
	sent := map[string]bool{}
	appeared := map[post]int{}
	for _, a := range m.sim.Appeared() {
		sent[a.MsgID] = true
		if o := m.offerIn([]wechatsim.Post{a.Post}); o != 0 {
			if appeared[post{o, a.ChatID}]++; appeared[post{o, a.ChatID}] > 1 {
				m.r.Fatalf("an offer stands in a group twice: %+v", a)
			}
		}
	}
	vancouver, err := time.LoadLocation("America/Vancouver")
	must(m.t, err)
	asked := map[string][]string{}
	for id, task := range m.given {
		still := slices.ContainsFunc(open, func(o wechatsim.Task) bool { return o.MsgID == id })
		o := m.offerIn(task.Cards)
		if o == 0 || !still && !sent[id] {
			continue
		}
		day := task.Sender + task.Created.In(vancouver).Format(" 2006-01-02")
		if asked[day] = append(asked[day], id); len(asked[day]) > 1 {
			m.r.Fatalf("asked twice on a day: %s %v", day, asked[day])
		}
		for _, chat := range task.ChatIDs {
			if since, no := m.vetoed[post{o, chat}]; no && task.Created.After(since) {
				m.r.Fatalf("handed over after a veto: %+v", task)
			}
			if still {
				m.counted(o, chat, task)
			}
		}
		if task.Reminders > 2 {
			m.r.Fatalf("reminded %d times", task.Reminders)
		}
	}
}

// counted wants what an owner can still send to hold its slot.
func (m *mailroom) counted(o models.OfferID, chat string, task wechatsim.Task) {
	all, err := m.scope(m.t).PlacementsOf(o)
	must(m.t, err)
	for _, p := range all {
		i := slices.IndexFunc(m.groups, func(g models.Group) bool { return g.ID == p.GroupID })
		if *m.groups[i].ChatID == chat && (p.State == models.PlacementReserved || p.State == models.PlacementTasked) {
			return
		}
	}
	m.r.Fatalf("an owner can send what has no slot: %+v", task)
}

// end lets everything come to its end, and holds the book against the groups, post by post.
func (m *mailroom) end() {
	m.sim.ClearFaults()
	m.blade.at = 0
	if c, err := m.scope(m.t).ReadCommunity(m.community); err != nil || c.StoppedAt != 0 {
		m.turn()
	}
	m.wait(9 * time.Hour)
	if open := m.sim.OpenTasks(corpID, ""); len(open) != 0 {
		m.r.Fatalf("after all an owner has %+v", open)
	}
	sc := m.scope(m.t)
	tasks, err := sc.TasksIn(models.TaskNew, models.TaskCalling, models.TaskOpen)
	must(m.t, err)
	envelopes, err := sc.EnvelopesIn(models.EnvelopeNew, models.EnvelopeCalling, models.EnvelopeOpen)
	must(m.t, err)
	if len(tasks)+len(envelopes) != 0 {
		m.r.Fatalf("after all there are %+v %+v", tasks, envelopes)
	}
	sponsored, own := map[string]int{}, map[string]int{}
	for _, a := range m.sim.Appeared() {
		if o := m.offerIn([]wechatsim.Post{a.Post}); o != 0 {
			sponsored[fmt.Sprint(a.ChatID, o, a.At.Unix())]++
		} else {
			own[fmt.Sprint(a.ChatID, a.At.Unix())]++
		}
	}
	for i, g := range m.groups {
		live, err := sc.LivePlacements(g.ID, 0)
		must(m.t, err)
		for _, p := range live {
			sponsored[fmt.Sprint(m.chats[i].ChatID(), p.OfferID, int64(p.SentAt)/1000)]--
		}
		posts, err := sc.OrganicPosts([]models.GroupID{g.ID}, 0)
		must(m.t, err)
		for _, p := range posts {
			own[fmt.Sprint(m.chats[i].ChatID(), int64(p.At)/1000)]--
		}
	}
	for _, differ := range []map[string]int{sponsored, own} {
		for at, n := range differ {
			if n != 0 {
				m.r.Fatalf("%s: %d more posts appeared than are booked", at, n)
			}
		}
	}
	dead, err := sc.DeadJobs(0, 100)
	dead = slices.DeleteFunc(dead, func(j models.Job) bool { return strings.Contains(j.LastError, "no work is registered") }) // not the queue's
	if err != nil || len(dead) != 0 {
		m.r.Fatalf("dead letters: %+v, %v", dead, err)
	}
	m.sound(m.t)
}

// TestMailroom does what organisers, owners and the platform may do, in any order, and kills the process on the way. Whatever
// happens, an owner is asked once a day, what she can send has its slot, nothing stands in a group twice, and at the end the
// book is what stands in the groups.
func TestMailroom(t *testing.T) {
	t.Parallel()
	most := 4 // worlds
	if n, err := strconv.Atoi(os.Getenv("SIYU_QUEUE_WORLDS")); err == nil {
		most = n
	}
	rapid.Check(t, func(r *rapid.T) {
		if most--; most < 0 {
			return
		}
		s, clock := testkit.Store(t)
		live(r, newMailroom(t, r, s, clock))
	})
}

// live has things happen in a world, and looks at it after each.
func live(r *rapid.T, m *mailroom) {
	acts := []struct {
		name string
		do   func()
	}{
		{"plan", m.plan}, {"plan", m.plan}, {"plan", m.plan}, {"send", m.send}, {"send", m.send}, {"own", m.own}, {"handmade", m.handmade},
		{"trouble", m.trouble}, {"trouble", m.trouble}, {"die", m.die}, {"die soon", m.dieSoon}, {"veto", m.veto}, {"turn", m.turn}, {"pass", m.pass},
		{"a moment", func() { m.wait(time.Minute) }}, {"minutes", func() { m.wait(3 * time.Minute) }}, {"an hour", func() { m.wait(70 * time.Minute) }},
		{"hours", func() { m.wait(4 * time.Hour) }},
	}
	for range rapid.IntRange(5, 30).Draw(r, "steps") {
		i := rapid.IntRange(0, len(acts)-1).Draw(r, "act")
		acts[i].do()
		m.work()
		m.look()
	}
	m.end()
}
