package handlers

import (
	"cmp"
	"math"
	"slices"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/turns"
)

// smallestCell is the fewest people that a number shown to a brand may be about: of fewer nothing is told, so that nobody
// can be singled out.
const smallestCell = 10

type forecastView struct {
	From      models.Millis     `json:"from"`
	Days      []forecastDayView `json:"days"`
	Posts     int               `json:"posts"`
	Groups    int               `json:"groups"`
	TooFew    bool              `json:"too_few"`
	Exposures int64             `json:"exposures"`
	People    int64             `json:"people"`
	Claims    float64           `json:"claims"`
	Missed    []missedView      `json:"missed"`
	Leaves    *float64          `json:"leaves,omitempty"`
	Short     []shortView       `json:"short,omitempty"`
	Elsewhere []missedGroupView `json:"missed_groups,omitempty"`
}

type forecastDayView struct {
	S     models.Millis `json:"s"`
	E     models.Millis `json:"e"`
	Posts int           `json:"posts"`
}

// missedView counts the groups that an offer does not get for a reason.
type missedView struct {
	Reason string `json:"reason"`
	Groups int    `json:"groups"`
}

type shortView struct {
	BrandID   models.BrandID `json:"brand_id"`
	BrandName string         `json:"brand_name"`
	Before    int64          `json:"before"`
	After     int64          `json:"after"`
	Fair      int64          `json:"fair"`
}

type missedGroupView struct {
	GroupID models.GroupID `json:"group_id"`
	Name    string         `json:"name"`
	Reason  string         `json:"reason"`
	NextAt  models.Millis  `json:"next_at"`
}

// mostMissed bounds the groups that are named.
const mostMissed = 50

// viewForecast shows a forecast; the organiser sees what it does to groups and other brands, a brand only sums.
func viewForecast(f *turns.Forecast, o models.Offer, organiser bool) forecastView {
	s := f.Week.Snapshot
	v := forecastView{From: models.Millis(s.From), Days: make([]forecastDayView, len(f.BySlot)), Posts: f.Posts, Groups: len(f.Week.Groups),
		Missed: []missedView{}}
	for k, n := range f.BySlot {
		v.Days[k] = forecastDayView{S: models.Millis(s.Slots[k]), E: models.Millis(s.Slots[k+1]), Posts: n}
	}
	if v.TooFew = !organiser && f.People < smallestCell; !v.TooFew {
		v.Exposures, v.People, v.Claims = f.Exposures, f.People, math.Round(10*f.Claims)/10
	}
	missed := map[throttle.Reason]int{}
	shut := f.Shut(o)
	for _, g := range f.Week.Groups {
		if why, closed := shut[g.ID]; closed {
			for r := range why.All() {
				missed[r]++
				break // one reason a group: the sums are groups
			}
		}
	}
	for _, m := range f.Missed {
		g := f.Week.Groups[m.Group]
		if _, closed := shut[g.ID]; closed {
			continue
		}
		missed[m.Deciding]++
		if organiser && len(v.Elsewhere) < mostMissed {
			v.Elsewhere = append(v.Elsewhere, missedGroupView{GroupID: g.ID, Name: g.Name, Reason: m.Deciding.String(), NextAt: instant(m.Next)})
		}
	}
	for r, n := range missed {
		v.Missed = append(v.Missed, missedView{Reason: r.String(), Groups: n})
	}
	slices.SortFunc(v.Missed, func(a, b missedView) int { return cmp.Or(b.Groups-a.Groups, cmp.Compare(a.Reason, b.Reason)) })
	if !organiser {
		return v
	}
	leaves := math.Round(100*f.Leaves) / 100
	v.Leaves = &leaves
	for _, x := range f.Short {
		b := f.Week.Brands[x.Brand]
		v.Short = append(v.Short, shortView{BrandID: b.ID, BrandName: b.Name, Before: x.Before, After: x.After, Fair: x.Fair})
	}
	return v
}

func (s *server) forecastOffer(c *gin.Context) (any, error) {
	var in struct {
		OfferID  models.OfferID `json:"offer_id"`
		BrandID  models.BrandID `json:"brand_id"`
		Category string         `json:"category" binding:"max=64"`
		StartsAt models.Millis  `json:"starts_at" binding:"min=0,max=4102444800000"`
		EndsAt   models.Millis  `json:"ends_at" binding:"min=0,max=4102444800000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	o := models.Offer{BrandID: in.BrandID, Category: in.Category, StartsAt: in.StartsAt, EndsAt: in.EndsAt}
	if in.OfferID != 0 {
		var err error
		if o, err = s.Store.Read(c.Request.Context()).In(a.CommunityID).Offer(in.OfferID); err != nil {
			return nil, err
		}
		if a.Role == models.BrandUser && o.BrandID != a.BrandID {
			return nil, models.Errorf(models.NotFound, "offer_not_found", "another brand's offer")
		}
	}
	if a.Role == models.BrandUser {
		o.BrandID = a.BrandID
	}
	if o.AdLabel == "" { // a draft that was not submitted gets the usual one
		o.AdLabel = models.AdLabels()[0]
	}
	f, err := s.Offers.Forecast(c.Request.Context(), a.CommunityID, o)
	if err != nil {
		return nil, err
	}
	return viewForecast(f, o, a.Role == models.Organiser), nil
}
