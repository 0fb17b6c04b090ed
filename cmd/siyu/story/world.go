package story

import (
	"fmt"
	"time"

	"siyu/internal/wechatsim"
)

// world is the story as it stands.
type world struct {
	o      Options
	zone   *time.Location
	start  time.Time
	end    time.Time
	now    time.Time // of the event that is happening
	queue  queue
	client *client

	people    []*person
	groups    []*groupState
	organiser *desk
	brands    []*desk
	tills     []*desk
	seenTasks map[string]bool // WeCom tasks their owner has made up her mind about
	handTasks map[string]bool // the same for tasks of ordinary groups
	count     Day
}

// person is a persona in the world.
type person struct {
	persona
	wx     *wechatsim.Person
	groups []bool // which she is in
	bearer string // of her last Mini Program session
	visits int
	tills  int
	claims int
}

// groupState is a group as the story follows it.
type groupState struct {
	Group
	posts  int              // of the simulator's, already looked at
	opened map[*person]bool // who opened a card in it
	cards  map[string]bool  // codes of those that were opened
}

func newWorld(o Options) (*world, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		return nil, err
	}
	c := newClient(o.Server)
	w := &world{
		o: o, zone: zone, start: o.Seeded.Start, end: o.Seeded.Start.Add(time.Duration(o.Days) * day), client: c,
		organiser: &desk{c: c, login: o.Seeded.Organiser},
		seenTasks: map[string]bool{}, handTasks: map[string]bool{},
	}
	w.now = w.start
	for _, b := range o.Seeded.Brands {
		w.brands = append(w.brands, &desk{c: c, login: b.User})
		w.tills = append(w.tills, &desk{c: c, login: b.Staff, till: true})
	}
	for _, g := range o.Seeded.Groups {
		w.groups = append(w.groups, &groupState{Group: g, posts: len(g.Sim.Posts()), opened: map[*person]bool{}, cards: map[string]bool{}})
	}
	for _, p := range population(w.setting(), o.People) {
		w.people = append(w.people, &person{persona: p, wx: o.Sim.NewPerson(p.name), groups: make([]bool, len(w.groups))})
	}
	return w, nil
}

// setting is the world as the generator of people knows it. Interest lasts from a video's publication on.
func (w *world) setting() setting {
	s := setting{seed: w.o.Seed, start: w.start, end: w.end, zone: w.zone, groups: len(w.groups)}
	casts := videoCasts()
	for i, v := range w.o.Seeded.Videos {
		s.videos = append(s.videos, airing{at: v.Published, pull: casts[i].pull, entries: v.Entries})
	}
	return s
}

// planAll plans what is certain from the beginning; the rest follows from it.
func (w *world) planAll() {
	for d := range w.o.Days {
		w.planDay(d)
	}
	for i := range offerCasts() {
		w.planOffer(i)
	}
	for _, p := range w.people {
		w.planPerson(p)
	}
}

// planDay plans moments at which owners notice their tasks though nothing else happens, the organiser's looks at hers,
// and the day's summary.
func (w *world) planDay(d int) {
	morning := w.start.Add(time.Duration(d) * day)
	for h := 0; h < 24; h += 2 {
		w.queue.plan(morning.Add(time.Duration(h)*time.Hour), "time passes", nothing)
	}
	local := morning.In(w.zone)
	r := stream(w.o.Seed, "organiser looks", d)
	for _, minute := range []int{9*60 + 10, 12*60 + 35, 15*60 + 20, 18*60 + 45} {
		at := time.Date(local.Year(), local.Month(), local.Day(), 0, minute, 0, 0, w.zone).Add(between(r, 0, 35*time.Minute))
		if at.After(w.start) {
			w.queue.plan(at, "the organiser looks at her tasks", w.lookAtTasks)
		}
	}
	w.queue.plan(morning.Add(day-time.Second), fmt.Sprintf("day %d ends", d+1), w.dayEnds(d, local))
}

// planPerson plans what she does by herself.
func (w *world) planPerson(p *person) {
	for i, s := range p.scans {
		w.queue.plan(s.at, p.label("scans a video"), w.scanVideo(p, i))
	}
	if p.origin == fromFriend {
		w.queue.plan(p.invited, p.label("is invited by a friend"), w.joinGroup(p, p.friendly, ""))
	}
	if p.origin == fromSearch {
		w.queue.plan(p.follows, p.label("follows the account"), w.follow(p))
	}
	if !p.writes.IsZero() {
		w.queue.plan(p.writes, p.label("writes to the account"), w.write(p))
	}
}

func (p *person) label(what string) string { return fmt.Sprintf("person %d %s", p.n, what) }
