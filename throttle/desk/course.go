package desk

import (
	"context"

	"siyu/models"
	"siyu/throttle"
)

// mostAnswers is how many answers of the rules a course tells.
const mostAnswers = 100

// Course is everything that happened to a placement, with the words that people know it by.
type Course struct {
	throttle.Explanation
	GroupName  string
	OfferTitle string
	BrandName  string
	Answers    []throttle.Ruling // the newest first
}

// Course tells where a placement stands, how it came there and what the rules said each time it asked.
func (d *Desk) Course(ctx context.Context, community models.CommunityID, id models.PlacementID) (Course, error) {
	sc := d.store.Read(ctx).In(community)
	var c Course
	var err error
	if c.Explanation, err = d.ledger.Explain(sc, id); err != nil {
		if models.IsKind(err, models.NotFound) {
			err = models.Errorf(models.NotFound, "placement_not_found", "no such post")
		}
		return c, err
	}
	if c.Answers, err = d.ledger.Rulings(sc, id, mostAnswers); err != nil {
		return c, err
	}
	g, err := sc.Group(c.Placement.GroupID)
	if err != nil {
		return c, err
	}
	c.GroupName = g.Name
	if c.Placement.OfferID == 0 { // made by hand, of nobody knows what
		return c, nil
	}
	o, err := sc.Offer(c.Placement.OfferID)
	if err != nil {
		return c, err
	}
	b, err := sc.Brand(o.BrandID)
	c.OfferTitle, c.BrandName = o.Title, b.Name
	return c, err
}
