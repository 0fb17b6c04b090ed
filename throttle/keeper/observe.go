package keeper

import (
	"maps"
	"slices"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/fatigue"
)

// field is everything that days of some groups are made from.
type field struct {
	sc      *models.Scope
	present map[models.GroupID]int
	moving  map[models.GroupID][]models.Moving
	posts   map[models.GroupID][]models.Placement // sent, oldest first
	answers map[models.PlacementID]models.Responses
	minded  map[models.GroupID][]models.Complaint
	vetoes  map[models.GroupID][]models.Millis
	offers  map[models.OfferID]models.Offer
	views   map[models.GroupID]*View
}

// span is what is to be written of one group: its local days from first to last.
type span struct {
	group       models.Group
	calendar    calendar
	first, last int
}

// spanOf is what has to be written of a group: the days that may still change, or all that can be known of one that was
// never looked at. ok is false if the last whole day is written already.
func spanOf(g models.Group, l models.Learning, now models.Millis) (s span, ok bool) {
	s = span{group: g, calendar: calendarOf(g.Zone)}
	s.last = s.calendar.day(now) - 1
	born := s.calendar.day(g.CreatedAt)
	if s.last < born || s.last <= l.Observed {
		return s, false
	}
	s.first = max(born, s.last-firstDays+1)
	if l.Observed != 0 {
		s.first = max(born, min(l.Observed+1, s.last-lateDays+1))
	}
	return s, true
}

func (s span) from() models.Millis { return s.calendar.start(s.first) }

// observe writes down the days of some groups.
func (k *Keeper) observe(sc *models.Scope, spans []span, answers map[models.PlacementID]models.Responses) error {
	f := &field{sc: sc, answers: answers}
	ids := make([]models.GroupID, len(spans))
	since := sc.Now
	for i, s := range spans {
		ids[i], since = s.group.ID, min(since, s.from())
	}
	if _, err := sc.LockGroups(ids); err != nil { // the mark is written over the row that an organiser may have forgotten
		return err
	}
	if err := f.read(ids, since); err != nil {
		return err
	}
	var err error
	if f.views, err = k.views(sc, groupsOf(spans), nil, nil); err != nil {
		return err
	}
	known, err := sc.GroupDays(ids, earliest(spans))
	if err != nil {
		return err
	}
	weights, err := k.weights(sc, ids, since)
	if err != nil {
		return err
	}
	of := map[models.GroupID][]models.GroupDay{}
	for _, d := range known {
		of[d.GroupID] = append(of[d.GroupID], d)
	}
	batches := map[models.Millis]*batch{} // groups whose days begin together are written together
	for _, s := range spans {
		b := batches[s.from()]
		if b == nil {
			b = &batch{first: s.first, from: s.from()}
			batches[s.from()] = b
		}
		f.add(b, s, of[s.group.ID], weights)
	}
	for _, from := range slices.Sorted(maps.Keys(batches)) {
		if err := batches[from].write(sc); err != nil {
			return err
		}
	}
	return f.mark(ids, spans)
}

// batch is what is written of groups whose first days are the same.
type batch struct {
	first   int
	from    models.Millis
	ids     []models.GroupID
	days    []models.GroupDay
	results []models.PostResult
}

func (b *batch) write(sc *models.Scope) error {
	if err := sc.ReplaceGroupDays(b.ids, b.first, b.days); err != nil {
		return err
	}
	return sc.ReplacePostResults(b.ids, b.from, b.results)
}

func groupsOf(spans []span) []models.Group {
	groups := make([]models.Group, len(spans))
	for i, s := range spans {
		groups[i] = s.group
	}
	return groups
}

func earliest(spans []span) int {
	first := spans[0].first
	for _, s := range spans {
		first = min(first, s.first)
	}
	return first
}

// read reads what happened in the groups since a time, and the posts that were still felt then.
func (f *field) read(ids []models.GroupID, since models.Millis) error {
	var err error
	if f.present, err = f.sc.CountStays(ids); err != nil {
		return err
	}
	moving, err := f.sc.MovingIn(ids, since)
	if err != nil {
		return err
	}
	f.moving = map[models.GroupID][]models.Moving{}
	for _, m := range moving {
		f.moving[m.GroupID] = append(f.moving[m.GroupID], m)
	}
	posts, err := f.sc.LiveIn(ids, nil, since-models.Millis(feltFor))
	if err != nil {
		return err
	}
	f.posts = map[models.GroupID][]models.Placement{}
	var offers []models.OfferID
	for _, p := range posts {
		if !sent(p) {
			continue
		}
		f.posts[p.GroupID] = append(f.posts[p.GroupID], p)
		offers = append(offers, p.OfferID)
	}
	for _, of := range f.posts {
		slices.SortFunc(of, func(a, b models.Placement) int { return int(a.SentAt - b.SentAt) })
	}
	slices.Sort(offers)
	if f.offers, err = f.sc.OffersByID(slices.Compact(offers), false); err != nil {
		return err
	}
	return f.readVoices(ids, since)
}

// readVoices reads who complained and what the organiser withdrew.
func (f *field) readVoices(ids []models.GroupID, since models.Millis) error {
	minded, err := f.sc.ComplaintsIn(ids, since)
	if err != nil {
		return err
	}
	f.minded = map[models.GroupID][]models.Complaint{}
	for _, c := range minded {
		f.minded[c.GroupID] = append(f.minded[c.GroupID], c)
	}
	vetoes, err := f.sc.VetoesSince(since)
	f.vetoes = map[models.GroupID][]models.Millis{}
	for _, v := range vetoes {
		f.vetoes[v.GroupID] = append(f.vetoes[v.GroupID], v.At)
	}
	return err
}

func sent(p models.Placement) bool {
	return p.State == models.PlacementConfirmed || p.State == models.PlacementLate
}

// weights are what posts were said to weigh when they were first looked at; that stays.
func (k *Keeper) weights(sc *models.Scope, ids []models.GroupID, since models.Millis) (map[models.PlacementID]float64, error) {
	known, err := sc.PostResults(ids, since-models.Millis(feltFor))
	weights := make(map[models.PlacementID]float64, len(known))
	for _, r := range known {
		weights[r.PlacementID] = r.Weight
	}
	return weights, err
}

// add makes one group's days and the results of its posts.
func (f *field) add(b *batch, s span, known []models.GroupDay, weights map[models.PlacementID]float64) {
	id := s.group.ID
	view := f.views[id]
	posts := make([]fatigue.Post, 0, len(f.posts[id]))
	var results []models.PostResult
	seen := map[models.BrandID]models.Millis{}
	from := s.from()
	for _, p := range f.posts[id] {
		w, judged := weights[p.ID]
		if !judged {
			w = view.Weight(p.BrandID)
		}
		posts = append(posts, fatigue.Post{At: int64(p.SentAt), Weight: w})
		if p.SentAt >= from && p.OfferID != 0 && p.SentAt < s.calendar.start(s.last+1) {
			results = append(results, f.result(s, p, w, seen[p.BrandID]))
		}
		seen[p.BrandID] = p.SentAt
	}
	days := make([]models.GroupDay, 0, s.last-s.first+1)
	for day := s.first; day <= s.last; day++ {
		days = append(days, f.day(s, day, posts, results))
	}
	for _, was := range known { // what was worked out after a day stays said
		if was.Day >= s.first && was.Day <= s.last {
			d := &days[was.Day-s.first]
			d.Best, d.Score, d.Threshold = was.Best, was.Score, was.Threshold
		}
	}
	b.ids, b.days, b.results = append(b.ids, id), append(b.days, days...), append(b.results, results...)
}

// result is what became of one post so far.
func (f *field) result(s span, p models.Placement, weight float64, before models.Millis) models.PostResult {
	answers := f.answers[p.ID]
	novelty := 1.0
	if before != 0 {
		novelty = fatigue.Novelty(float64(p.SentAt-before) / float64(dayMillis))
	}
	return models.PostResult{PlacementID: p.ID, GroupID: p.GroupID, BrandID: p.BrandID, SentAt: p.SentAt,
		Category: throttle.Category(f.offers[p.OfferID].Category), Reach: f.members(s.group, p.SentAt), Weight: weight,
		Novelty: novelty, Clicks: answers.Clicks, Claims: answers.Claims}
}

// members is how many were in a group at a time: those who are in it now, less who came since, and who left since.
func (f *field) members(g models.Group, at models.Millis) int {
	if g.Kind == models.OrdinaryGroup {
		return g.Headcount
	}
	n := f.present[g.ID]
	for _, m := range f.moving[g.ID] {
		switch {
		case m.LeftAt == 0 && m.JoinedAt >= at:
			n--
		case m.LeftAt != 0 && m.LeftAt >= at && m.JoinedAt < at:
			n++
		}
	}
	return max(0, n)
}

// day is one local day of a group.
func (f *field) day(s span, day int, posts []fatigue.Post, results []models.PostResult) models.GroupDay {
	g := s.group
	d := models.GroupDay{GroupID: g.ID, Day: day, FromAt: max(s.calendar.start(day), g.CreatedAt), ToAt: s.calendar.start(day + 1)}
	d.Members = f.members(g, d.ToAt)
	if g.Kind != models.OrdinaryGroup {
		f.stays(&d, f.members(g, d.FromAt))
	}
	x := fatigue.Felt(posts, int64(d.FromAt), int64(d.ToAt))
	d.FeltShort, d.Felt, d.FeltLong = x[0], x[1], x[2]
	within := func(at models.Millis) bool { return at >= d.FromAt && at < d.ToAt }
	for _, p := range posts {
		if within(models.Millis(p.At)) {
			d.Posts++
		}
	}
	for _, r := range results {
		if within(r.SentAt) {
			d.Clicks, d.Claims = d.Clicks+r.Clicks, d.Claims+r.Claims
		}
	}
	for _, c := range f.minded[g.ID] {
		if within(c.At) {
			d.Complaints++
		}
	}
	for _, at := range f.vetoes[g.ID] {
		if within(at) {
			d.Vetoes++
		}
	}
	return d
}

// stays counts who came and went on a day that began with some members.
func (f *field) stays(d *models.GroupDay, atStart int) {
	length := float64(d.ToAt - d.FromAt)
	present := float64(atStart) * length
	for _, m := range f.moving[d.GroupID] {
		if m.JoinedAt >= d.FromAt && m.JoinedAt < d.ToAt {
			d.Joins++
			present += float64(d.ToAt - m.JoinedAt)
		}
		if m.LeftAt < d.FromAt || m.LeftAt >= d.ToAt {
			continue
		}
		present -= float64(d.ToAt - m.LeftAt)
		if m.Removed {
			d.Removals++
		} else {
			d.Quits++
		}
	}
	d.MemberDays = max(0, present) / float64(dayMillis)
}

// mark notes up to which day the groups are written down.
func (f *field) mark(ids []models.GroupID, spans []span) error {
	known, err := f.sc.LearningsOf(ids)
	if err != nil {
		return err
	}
	all := make([]models.Learning, len(spans))
	for i, s := range spans {
		all[i] = known[s.group.ID]
		all[i].GroupID, all[i].Observed = s.group.ID, s.last
	}
	return f.sc.ReplaceLearnings(all)
}
