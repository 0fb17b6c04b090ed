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

// Board shows all groups of a community, or the one that is named.
func (b *Bot) Board(ctx context.Context, community models.CommunityID, only models.GroupID) ([]GroupView, error) {
	sc := b.store.Read(ctx).In(community)
	groups, err := sc.Groups()
	if err != nil {
		return nil, err
	}
	posts, err := b.posts(sc)
	if err != nil {
		return nil, err
	}
	views := []GroupView{}
	for _, g := range groups {
		if only != 0 && g.ID != only {
			continue
		}
		v, err := b.view(sc, g, posts)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

func (b *Bot) view(sc *models.Scope, g models.Group, posts []PostView) (GroupView, error) {
	v := GroupView{Group: g, Held: []PostView{}, Live: []PostView{}}
	if g.Kind == models.OrdinaryGroup { // nobody tells how many are in it; at least those we have seen are
		seen, err := sc.PresentMembers(g.ID)
		if err != nil {
			return v, err
		}
		v.Headcount = max(v.Headcount, len(seen))
	}
	rules, err := throttle.Effective(sc, g.ID)
	switch {
	case err == nil:
		v.Policy = &rules
	case !models.IsKind(err, models.NotFound):
		return v, err
	}
	free, err := b.ledger.NextFree(sc, g.ID)
	if err != nil {
		return v, err
	}
	if v.NextFree = models.Millis(free.Next); free.Next == throttle.Never {
		v.NextFree = 0
	}
	if !free.Allow {
		v.WaitsFor = free.Deciding.String()
	}
	for _, p := range posts {
		if p.GroupID == g.ID {
			v.place(p, sc.Now)
		}
	}
	slices.Reverse(v.Live) // the newest first
	slices.Reverse(v.Held)
	return v, nil
}

// place puts a post where it is looked for.
func (v *GroupView) place(p PostView, now models.Millis) {
	switch p.State {
	case models.PlacementReserved, models.PlacementTasked:
		v.Live = append(v.Live, p)
	case models.PlacementConfirmed, models.PlacementLate:
		if p.SentAt > now.Add(-liveFor) {
			v.Live = append(v.Live, p)
			v.Posts7d++
		}
	case models.PlacementHeld:
		v.Held = append(v.Held, p)
	case models.PlacementReleased, models.PlacementLapsed:
		if p.UpdatedAt > now.Add(-heldFor) {
			v.Held = append(v.Held, p)
		}
	case models.PlacementPlanned:
	}
}

// posts lists every placement with its words.
func (b *Bot) posts(sc *models.Scope) ([]PostView, error) {
	all, err := sc.PlacementsIn()
	if err != nil {
		return nil, err
	}
	offers, err := sc.OffersIn()
	if err != nil {
		return nil, err
	}
	brands, err := sc.Brands()
	if err != nil {
		return nil, err
	}
	titles := make(map[models.OfferID]string, len(offers))
	for _, o := range offers {
		titles[o.ID] = o.Title
	}
	names := make(map[models.BrandID]string, len(brands))
	for _, br := range brands {
		names[br.ID] = br.Name
	}
	views := make([]PostView, len(all))
	for i, p := range all {
		views[i] = PostView{Placement: p, OfferTitle: titles[p.OfferID], BrandName: names[p.BrandID]}
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

	Reason string // of one that was taken back
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
	return views, nil
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
	return views, nil
}

// ViewTask shows one task.
func (b *Bot) ViewTask(sc *models.Scope, t models.Task) (TaskView, error) {
	o, err := readOrder(sc, t.PlacementID)
	if err != nil {
		return TaskView{}, err
	}
	reason := ""
	if t.State == models.TaskCancelled {
		reason = o.placement.Reason
	}
	return TaskView{Task: t, Reason: reason, GroupName: o.group.Name, OfferTitle: o.offer.Title, BrandName: o.brand.Name,
		Text: Copy(o.brand, o.offer), CardPath: CardPath(o.placement.Code)}, nil
}
