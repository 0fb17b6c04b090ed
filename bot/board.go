package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"siyu/models"
	"siyu/throttle"
)

// GroupView is a group as its organiser sees it: what may go out next, what went out, and why the rest did not.
type GroupView struct {
	models.Group
	Policy     *models.Rules // nil: it has none, and nothing is sent to it
	NextFree   models.Millis // zero: not by itself
	WaitsFor   string        // the reason code; empty: free now
	Posts7d    int
	Held, Live []PostView
	Health     Grade                  // when all groups were looked at last; empty: not yet
	MayBe      map[models.GroupID]int // of one that nobody has named: whose cards how many people opened in it
}

// PostView is a placement with the words people know it by.
type PostView struct {
	models.Placement
	OfferTitle string
	BrandName  string
}

// liveFor is how long a post stays on the board after it was sent.
const liveFor = 7 * 24 * time.Hour

// heldFor is how long a post that was given up stays on the board.
const heldFor = 28 * 24 * time.Hour

// Board shows all groups of a community, or the one that is named. It takes a few statements however many groups there are,
// and reads only posts that it shows.
func (b *Bot) Board(ctx context.Context, community models.CommunityID, only models.GroupID) ([]GroupView, error) {
	sc := b.store.Read(ctx).In(community)
	if only != 0 {
		g, err := sc.Group(only)
		if models.IsKind(err, models.NotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return b.board(sc, []models.Group{g})
	}
	groups, err := sc.Groups()
	if err != nil {
		return nil, err
	}
	return b.board(sc, groups)
}

// BoardPart shows the groups a filter lets through.
func (b *Bot) BoardPart(ctx context.Context, community models.CommunityID, f models.GroupFilter) ([]GroupView, error) {
	sc := b.store.Read(ctx).In(community)
	groups, err := sc.GroupsWhere(f)
	if err != nil {
		return nil, err
	}
	return b.board(sc, groups)
}

func (b *Bot) board(sc *models.Scope, groups []models.Group) ([]GroupView, error) {
	views, err := b.views(sc, groups)
	if err != nil {
		return nil, err
	}
	at := make(map[models.GroupID]*GroupView, len(views))
	ids := make([]models.GroupID, len(views))
	for i := range views {
		ids[i], at[views[i].ID] = views[i].ID, &views[i]
	}
	posts, err := b.posts(sc, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range posts {
		at[p.GroupID].place(p)
	}
	for i := range views {
		slices.Reverse(views[i].Live) // the newest first
		slices.Reverse(views[i].Held)
	}
	return views, nil
}

// views are the groups without their posts.
func (b *Bot) views(sc *models.Scope, groups []models.Group) ([]GroupView, error) {
	var ordinary []models.GroupID
	questions := make([]throttle.Question, len(groups))
	for i, g := range groups {
		questions[i] = throttle.Question{Group: g.ID}
		if g.Kind == models.OrdinaryGroup { // nobody tells how many are in it; at least those we have seen are
			ordinary = append(ordinary, g.ID)
		}
	}
	seen, err := sc.CountStays(ordinary)
	if err != nil {
		return nil, err
	}
	rules, err := b.ledger.View(sc, groups, nil, nil)
	if err != nil {
		return nil, err
	}
	answers, err := rules.Ask(questions)
	if err != nil {
		return nil, err
	}
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	grades, err := sc.HealthGrades(ids)
	if err != nil {
		return nil, err
	}
	var strange []models.GroupID
	for _, g := range groups {
		if !g.Known() {
			strange = append(strange, g.ID)
		}
	}
	sighted, err := sc.SightedIn(strange)
	if err != nil {
		return nil, err
	}
	views := make([]GroupView, len(groups))
	for i, g := range groups {
		v := GroupView{Group: g, MayBe: sighted[g.ID], Held: []PostView{}, Live: []PostView{}, NextFree: models.Millis(answers[i].Next)}
		v.Health = Grade(grades[g.ID])
		v.Headcount = max(g.Headcount, seen[g.ID])
		if limits, readable := rules.Limits(g.ID); readable {
			v.Policy = &limits
		}
		if answers[i].Next == throttle.Never {
			v.NextFree = 0
		}
		if !answers[i].Allow {
			v.WaitsFor = answers[i].Deciding.String()
		}
		views[i] = v
	}
	return views, nil
}

// place puts a post where it is looked for.
func (v *GroupView) place(p PostView) {
	switch p.State {
	case models.PlacementReserved, models.PlacementTasked:
		v.Live = append(v.Live, p)
	case models.PlacementConfirmed, models.PlacementLate:
		v.Live = append(v.Live, p)
		v.Posts7d++
	case models.PlacementHeld, models.PlacementReleased, models.PlacementLapsed:
		v.Held = append(v.Held, p)
	case models.PlacementPlanned:
	}
}

// posts lists the placements that the board shows of some groups, the oldest first, with their words.
func (b *Bot) posts(sc *models.Scope, groups []models.GroupID) ([]PostView, error) {
	all, err := sc.PlacementsShown(groups, sc.Now.Add(-liveFor), sc.Now.Add(-heldFor))
	if err != nil {
		return nil, err
	}
	return withWords(sc, all)
}

// withWords adds to placements the words people know them by.
func withWords(sc *models.Scope, all []models.Placement) ([]PostView, error) {
	ids := make([]models.OfferID, len(all))
	for i, p := range all {
		ids[i] = p.OfferID
	}
	slices.Sort(ids)
	offers, err := sc.OffersByID(slices.Compact(ids), false)
	if err != nil {
		return nil, err
	}
	brands, err := sc.Brands()
	if err != nil {
		return nil, err
	}
	names := make(map[models.BrandID]string, len(brands))
	for _, br := range brands {
		names[br.ID] = br.Name
	}
	views := make([]PostView, len(all))
	for i, p := range all {
		views[i] = PostView{Placement: p, OfferTitle: offers[p.OfferID].Title, BrandName: names[p.BrandID]}
	}
	return views, nil
}

// AllReasons lists why a post was not sent, the deciding reason first.
func (p PostView) AllReasons() []string {
	all := []string{}
	if p.Reason != "" {
		all = append(all, p.Reason)
	}
	for _, r := range strings.Fields(p.Reasons) {
		if !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	return all
}

// TaskView is a task with everything its owner needs to post it.
type TaskView struct {
	models.Task
	GroupName, OfferTitle, BrandName, Text, CardPath string

	CardTitle string        // of the Mini Program card
	Code      string        // in the card's path
	Zone      string        // of the group
	From      models.Millis // not to be posted before
	SentAt    models.Millis // when it was posted; zero: not, as far as we know
	Reason    string        // of one that was taken back
	Told      []models.ToldOf
	Picture   models.PictureID // that goes with the text; zero: none
}

// stoppedFor is how long a task that was taken back is shown as such: whoever has it before her must see that.
const stoppedFor = 24 * time.Hour

// StoppedTasks lists what was taken back lately, the newest first: these are not to be posted any more.
func (b *Bot) StoppedTasks(ctx context.Context, community models.CommunityID) ([]TaskView, error) {
	sc := b.store.Read(ctx).In(community)
	gone, err := sc.TasksEnded(models.TaskCancelled, sc.Now.Add(-stoppedFor))
	if err != nil {
		return nil, err
	}
	views := []TaskView{}
	for _, t := range gone {
		v, err := b.ViewTask(sc, t)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, addTold(sc, views)
}

// addTold says of tasks who was told of them.
func addTold(sc *models.Scope, views []TaskView) error {
	ids := make([]models.TaskID, len(views))
	for i, v := range views {
		ids[i] = v.ID
	}
	told, err := sc.TellingsOf(ids)
	for i := range views {
		views[i].Told = told[views[i].ID]
	}
	return err
}

// Tasks lists what owners are asked to post now, oldest first.
func (b *Bot) Tasks(ctx context.Context, community models.CommunityID) ([]TaskView, error) {
	sc := b.store.Read(ctx).In(community)
	open, err := sc.TasksIn(models.TaskOpen)
	if err != nil {
		return nil, err
	}
	views := []TaskView{}
	for _, t := range open {
		v, err := b.ViewTask(sc, t)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, addTold(sc, views)
}

// ViewTask shows one task.
func (b *Bot) ViewTask(sc *models.Scope, t models.Task) (TaskView, error) {
	if t.RunID != 0 {
		return viewRunTask(sc, t)
	}
	o, err := readOrder(sc, t.PlacementID)
	if err != nil {
		return TaskView{}, err
	}
	reason := ""
	if t.State == models.TaskCancelled {
		reason = o.placement.Reason
	}
	return TaskView{Task: t, Reason: reason, GroupName: o.group.Name, OfferTitle: o.offer.Title, BrandName: o.brand.Name,
		Text: Copy(o.brand, o.offer), CardPath: CardPath(o.placement.Code), CardTitle: CardTitle(o.offer), Code: o.placement.Code,
		Zone: o.group.Zone, From: o.placement.S, SentAt: o.placement.SentAt}, nil
}
