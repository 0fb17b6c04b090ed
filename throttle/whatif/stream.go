package whatif

import (
	"math"
	"sort"
)

const (
	hourMillis int64 = 60 * 60 * 1000
	dayMillis        = 24 * hourMillis
)

// firstDay is the midnight at which every world begins: 2026-03-02, a Monday. Nothing depends on which day it is.
const firstDay int64 = 1_772_409_600_000

// makeOffers draws what brands hand in, from before the first day on so that there is a stock.
func (c *crowd) makeOffers() {
	w, draw := c.world, c.root.of(forOffers)
	c.addOffers(draw.of(0), w.Offers.PerWeek, func(k key) int { return 1 + int(k.uniform(2)*float64(w.Offers.Brands)) })
	if w.Adversary.PerWeek > 0 {
		c.brands++
		c.addOffers(draw.of(1), w.Adversary.PerWeek, func(key) int { return c.brands })
	}
	sort.SliceStable(c.offers, func(i, j int) bool { return c.offers[i].Start < c.offers[j].Start })
	for i := range c.offers {
		c.offers[i].ID = i + 1
	}
	c.matchOffers()
}

func (c *crowd) addOffers(draw key, perWeek float64, brand func(key) int) {
	w := c.world
	for day := -int(math.Ceil(w.Offers.FlightLong)); day < w.Days; day++ {
		n := draw.of(day + 1000).of(0).poisson(perWeek / 7 * c.weather[max(day, 0)].Offers)
		for i := range n {
			k := draw.of(day + 1000).of(i + 1)
			start := firstDay + int64((float64(day)+k.uniform(0))*float64(dayMillis))
			length := w.Offers.FlightShort + k.uniform(1)*(w.Offers.FlightLong-w.Offers.FlightShort)
			end := start + int64(length*float64(dayMillis))
			if end > firstDay {
				c.offers = append(c.offers, Offer{Brand: brand(k), Start: start, End: end})
			}
		}
	}
}

// matchOffers draws how well each offer suits each group, and what Siyu is told.
func (c *crowd) matchOffers() {
	w, draw, groups := c.world, c.root.of(forMatch), len(c.start)
	c.match = make([]float32, len(c.offers)*groups)
	c.told = make([]float32, len(c.offers)*groups)
	suits, mistaken := make([]float64, (c.brands+1)*groups), make([]float64, (c.brands+1)*groups)
	for i := range suits {
		suits[i] = draw.of(0).of(0).lognormalMean(i, w.Offers.BrandMatch)
		mistaken[i] = draw.of(0).of(1).lognormalMean(i, w.Offers.BrandError)
	}
	for i, o := range c.offers {
		k := draw.of(i + 1)
		for g := range groups {
			true, told := suits[o.Brand*groups+g]*k.of(0).lognormalMean(g, w.Offers.OfferMatch), 1.0
			if o.Brand > w.Offers.Brands {
				true, told = true*w.Adversary.Match, w.Adversary.Overstate
			}
			told *= true * k.of(1).lognormalMean(g, w.Offers.Prediction) * mistaken[o.Brand*groups+g]
			if k.of(2).uniform(g) >= w.Offers.Eligible {
				told = -1
			}
			c.match[i*groups+g], c.told[i*groups+g] = float32(true), float32(told)
		}
	}
}
