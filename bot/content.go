package bot

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"siyu/models"
)

// The kinds of what a content calendar shows.
const (
	ContentValue     = "value"     // a piece of the organiser's
	ContentSponsored = "sponsored" // a placement
	ContentOrganic   = "organic"   // a mass message that somebody made by hand
	ContentChat      = "chat"      // ordinary talk, counted
)

// ContentItem is one post, or one that is to come, in a group.
type ContentItem struct {
	Kind      string
	At        models.Millis // when it was posted; of one to come, from when it may be
	Until     models.Millis // of one to come, until when; zero: it was posted
	Day       string        // the group's date of At
	State     string        // the run's or placement's
	Title     string
	BrandName string
	Reason    string
	NextAt    models.Millis // of one that is held, when it may be asked for again
	Posts     int           // how many posts it stands for
	PieceID   models.PieceID
	RunID     models.RunID  // zero: too far ahead to be made yet
	Due       models.Millis // a piece's time by its schedule
	Placement models.PlacementID
}

// posted reports whether it is in the group.
func (i ContentItem) posted() bool {
	switch i.Kind {
	case ContentValue:
		return i.State == string(models.RunPosted)
	case ContentSponsored:
		return i.State == string(models.PlacementConfirmed) || i.State == string(models.PlacementLate)
	}
	return true
}

// valuable reports whether the group has, or will have, something of value on its day.
func (i ContentItem) valuable() bool {
	switch i.State {
	case string(models.RunMissed), string(models.RunUnposted):
		return false
	}
	return i.Kind == ContentValue || i.Kind == ContentOrganic
}

// GroupContent is what a group gets in a stretch of its calendar.
type GroupContent struct {
	Group     models.Group
	Items     []ContentItem // in the order of their time
	Value     int           // posts of value that were posted
	Sponsored int           // sponsored ones that were
	FreeDays  []string      // dates ahead that lie far enough from every post of value
}

// ContentSpan is a stretch of the calendar, [From, To).
type ContentSpan struct {
	From, To models.Millis
	// Gap is how many days a free day lies from the next post of value, before and after it; 0 means [freeGap].
	Gap int
}

const (
	freeGap     = 3
	maxSpan     = 100 * 24 * time.Hour
	contentPast = 7 * 24 * time.Hour // what is shown if nobody says
	contentNext = 21 * 24 * time.Hour
)

// filled is the span with what nobody said.
func (s ContentSpan) filled(now models.Millis) (ContentSpan, error) {
	if s.From == 0 {
		s.From = now.Add(-contentPast)
	}
	if s.To == 0 {
		s.To = max(now, s.From).Add(contentNext)
	}
	s.Gap = cmp.Or(s.Gap, freeGap)
	if s.To <= s.From || s.To.Sub(s.From) > maxSpan {
		return s, models.Errorf(models.Invalid, "span_wrong", "a stretch of 1 to 100 days").With("field", "to")
	}
	return s, nil
}

// Contents shows what the groups get that a filter lets through, the oldest first.
func (b *Bot) Contents(ctx context.Context, community models.CommunityID, f models.GroupFilter, span ContentSpan) ([]GroupContent, error) {
	sc := b.store.Read(ctx).In(community)
	span, err := span.filled(sc.Now)
	if err != nil {
		return nil, err
	}
	groups, err := sc.GroupsWhere(f)
	if err != nil || len(groups) == 0 {
		return []GroupContent{}, err
	}
	all := make([]GroupContent, len(groups))
	at := make(map[models.GroupID]*GroupContent, len(groups))
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		all[i], ids[i], at[g.ID] = GroupContent{Group: g, Items: []ContentItem{}}, g.ID, &all[i]
	}
	wide := span // what lies a little outside decides which days are free
	wide.From, wide.To = span.From.Add(-time.Duration(span.Gap)*24*time.Hour), span.To.Add(time.Duration(span.Gap)*24*time.Hour)
	for _, read := range []func(*models.Scope, map[models.GroupID]*GroupContent, []models.GroupID, ContentSpan) error{
		readRuns, readAhead, b.readSponsored, readOrganic,
	} {
		if err := read(sc, at, ids, wide); err != nil {
			return nil, err
		}
	}
	for i := range all {
		if err := all[i].settle(span, sc.Now); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// settle sorts what was read, finds the free days, and cuts off what lies outside of the span.
func (c *GroupContent) settle(span ContentSpan, now models.Millis) error {
	zone, err := time.LoadLocation(c.Group.Zone)
	if err != nil {
		return err
	}
	busy := map[int]bool{}
	kept := []ContentItem{}
	for _, i := range c.Items {
		day := localDay(i.At.Time(), zone)
		if i.valuable() {
			busy[day] = true
		}
		if i.At < span.From && i.Until <= span.From || i.At >= span.To {
			continue
		}
		i.Day = models.DateText(day)
		if i.posted() && i.Kind != ContentChat {
			if i.Kind == ContentSponsored {
				c.Sponsored += i.Posts
			} else {
				c.Value += i.Posts
			}
		}
		kept = append(kept, i)
	}
	slices.SortStableFunc(kept, func(a, b ContentItem) int {
		return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(a.Kind, b.Kind), cmp.Compare(a.RunID, b.RunID), cmp.Compare(a.Placement, b.Placement))
	})
	c.Items = kept
	if c.Group.GoneAt != 0 {
		c.FreeDays = []string{} // nothing is posted in it any more
		return nil
	}
	c.FreeDays = freeDays(busy, localDay(max(now, span.From).Time(), zone), localDay((span.To-1).Time(), zone), span.Gap)
	return nil
}

// freeDays are the dates of [first, last] with no post of value on them nor within gap days before or after.
func freeDays(busy map[int]bool, first, last, gap int) []string {
	free := []string{}
	for day := first; day <= last; day++ {
		near := false
		for d := day - gap + 1; d < day+gap; d++ {
			near = near || busy[d]
		}
		if !near {
			free = append(free, models.DateText(day))
		}
	}
	return free
}
