package keeper

import (
	"math"
	"testing"

	"siyu/models"
	"siyu/throttle/fatigue"
)

// TestBid: a brand that was often in a group bids less than its clicks, by what the simulated policy leaves off; another
// brand's posts and nobody's are no matter.
func TestBid(t *testing.T) {
	t.Parallel()
	k, err := New(Options{Store: &models.Store{}})
	if err != nil {
		t.Fatal(err)
	}
	now := models.Millis(1000 * dayMillis)
	post := func(brand models.BrandID, days int64) models.Placement {
		return models.Placement{BrandID: brand, State: models.PlacementConfirmed, SentAt: now - models.Millis(days*dayMillis)}
	}
	v := &View{k: k, now: now, answers: answers{}, posts: []models.Placement{post(1, 2), post(1, 12), post(2, 1)}}
	often := math.Exp(-2./30) + math.Exp(-12./30)
	if got, want := v.Bid(1, 0, now)/v.Value(1, 0, now), 1-5*often/30; math.Abs(got-want) > 1e-12 {
		t.Errorf("a brand of two posts bids %v of its value, not %v", got, want)
	}
	for range 9 {
		v.posts = append(v.posts, post(1, 3))
	}
	if got := v.Bid(1, 0, now) / v.Value(1, 0, now); math.Abs(got-0.4) > 1e-12 {
		t.Errorf("a brand that is always there bids %v of its value", got)
	}
	if v.Bid(3, 0, now) != v.Value(3, 0, now) || v.Bid(0, 0, now) != v.Value(0, 0, now) {
		t.Error("a brand that was never there bids less than its value")
	}
}

// TestPrice: an offer passes exactly where the simulated policy lets it pass: the curve's threshold with caution.
func TestPrice(t *testing.T) {
	t.Parallel()
	k, err := New(Options{Store: &models.Store{}})
	if err != nil {
		t.Fatal(err)
	}
	v := &View{k: k, answers: answers{}, now: 1}
	v.think(fatigue.NewPrior(), nil, models.Fatigue{})
	x := [fatigue.Memories]float64{1, 1, 1}
	if got, want := v.price(x), 1.1*v.mind.curve.At(x); !(want > 0) || math.Abs(got-want) > 1e-12*want {
		t.Errorf("the price is %v, not %v", got, want)
	}
}
