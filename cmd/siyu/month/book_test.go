package month_test

import (
	"context"
	"maps"
	"slices"
	"strings"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// book is what the server has written down, as it stands in the store.
type book struct {
	now        models.Millis
	placements []models.Placement
	tasks      map[models.PlacementID]models.Task
	envelopes  map[string]models.Envelope // by code
	sent       map[string]models.Envelope // by WeCom's msgid, of what owners still have
	present    map[models.GroupID][]models.GroupMember
	ended      map[models.GroupID][]models.GroupMember
	groups     map[models.GroupID]models.Group
	organic    []models.OrganicPost
	runTasks   []models.Task
	runs       map[models.RunID]models.Run
	letters    map[models.EnvelopeID]models.Envelope // those of runs

	byCode  map[string]models.Placement
	byOffer map[string][]models.Placement // by an envelope's content
	byIdem  map[string]models.OrganicPost
	byRun   map[string]bool // codes of runs
}

// truth is what really happened, as the simulator and the driver know it.
type truth struct {
	appeared   []wechatsim.Appearance
	open       []wechatsim.Task // what owners of customer groups can still send
	groups     []place
	facts      map[key]*fact
	masses     map[string]bool // messages that staff sent by hand, by msgid
	entered    []entered
	departures []departure
	byCard     bool // a card that is opened proves that it was posted
}

// place is a group with who is really in it.
type place struct {
	n       int
	sim     string // the simulator's name
	id      models.GroupID
	kind    models.GroupKind
	owner   string
	openGID string
	present []wechatsim.Presence
	names   map[string]string // of an ordinary group: person -> the name she has in it
}

// truth reads the simulator's own log.
func (w *world) truth() truth {
	tr := truth{appeared: w.sim.Appeared(), open: w.sim.OpenTasks(corp, ""), facts: w.facts, masses: w.masses, entered: w.entered, departures: w.departures, byCard: w.o.byCard}
	for _, g := range w.groups {
		p := place{n: g.n, sim: g.sim.ID(), id: g.id, kind: g.kind, owner: g.owner, openGID: g.sim.OpenGID(miniApp),
			present: g.sim.Present(), names: map[string]string{}}
		tr.groups = append(tr.groups, p)
	}
	for k, f := range w.facts {
		for _, who := range f.openers {
			tr.groups[k.group].names[who] = w.byPerson[who].wx.GroupOpenID(miniApp, w.groups[k.group].sim)
		}
	}
	return tr
}

// read reads the book.
func (w *world) read(ctx context.Context) (book, error) {
	sc := w.store.Read(ctx).In(w.community)
	b := book{now: sc.Now, tasks: map[models.PlacementID]models.Task{}, envelopes: map[string]models.Envelope{},
		present: map[models.GroupID][]models.GroupMember{}, ended: map[models.GroupID][]models.GroupMember{}, groups: map[models.GroupID]models.Group{}}
	groups, err := sc.Groups()
	if err != nil {
		return b, err
	}
	for _, g := range groups {
		b.groups[g.ID] = g
		if b.present[g.ID], err = sc.PresentMembers(g.ID); err != nil {
			return b, err
		}
		if b.ended[g.ID], err = sc.StaysEnded(g.ID, 1); err != nil {
			return b, err
		}
	}
	if b.organic, err = sc.OrganicPosts(slices.Collect(maps.Keys(b.groups)), 0); err != nil {
		return b, err
	}
	if b.placements, err = sc.PlacementsIn(); err != nil {
		return b, err
	}
	tasks, err := sc.TasksIn(models.TaskNew, models.TaskCalling, models.TaskOpen, models.TaskDone, models.TaskCancelled)
	for _, t := range tasks {
		if t.PlacementID != 0 {
			b.tasks[t.PlacementID] = t
		} else {
			b.runTasks = append(b.runTasks, t)
		}
	}
	if err != nil {
		return b, err
	}
	if err := b.readRuns(sc); err != nil {
		return b, err
	}
	for _, a := range w.sim.Appeared() {
		e, err := sc.EnvelopeByCode(codeOf(a.Page))
		if models.IsKind(err, models.NotFound) {
			continue
		}
		if err != nil {
			return b, err
		}
		b.envelopes[e.Code] = e
	}
	return b, b.readSent(sc, w.sim.OpenTasks(corp, ""))
}

// readSent reads the envelopes of what owners still have.
func (b *book) readSent(sc *models.Scope, open []wechatsim.Task) error {
	b.sent = map[string]models.Envelope{}
	for _, t := range open {
		e, err := sc.EnvelopeByMsgID(t.MsgID)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return err
		}
		b.sent[t.MsgID] = e
	}
	return nil
}

// readRuns reads the organiser's own posts and the letters they were sent in.
func (b *book) readRuns(sc *models.Scope) error {
	b.letters = map[models.EnvelopeID]models.Envelope{}
	var ids []models.RunID
	for _, t := range b.runTasks {
		ids = append(ids, t.RunID)
		if t.EnvelopeID == 0 || b.letters[t.EnvelopeID].ID != 0 {
			continue
		}
		e, err := sc.Envelope(t.EnvelopeID)
		if err != nil {
			return err
		}
		b.letters[t.EnvelopeID] = e
	}
	var err error
	b.runs, err = sc.RunsByID(ids)
	return err
}

// isRun reports whether a code is of a post of the organiser's own.
func (b book) isRun(code string) bool {
	if e, folded := b.envelopes[code]; folded {
		return !strings.HasPrefix(e.Content, "o:")
	}
	return b.byRun[code]
}
