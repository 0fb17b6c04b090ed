package whatif

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// anyWorld draws every parameter from the range that is taken; only what costs time is kept small.
func anyWorld(t *rapid.T) World {
	w := Default()
	w.Name = "any"
	for i := range rapid.IntRange(0, 2).Draw(t, "seasons") {
		s := reflect.New(reflect.TypeFor[Season]()).Elem()
		drawFields(t, s, string(rune('a'+i)))
		w.Seasons = append(w.Seasons, s.Interface().(Season))
	}
	drawFields(t, reflect.ValueOf(&w).Elem(), "")
	w.Days, w.Groups.Count, w.Groups.Size = rapid.IntRange(1, 40).Draw(t, "short"), rapid.IntRange(1, 6).Draw(t, "few"), rapid.Float64Range(3, 60).Draw(t, "small")
	w.Groups.SizeSpread = min(w.Groups.SizeSpread, 1)
	w.Offers.PerWeek, w.Adversary.PerWeek = min(w.Offers.PerWeek, 40), min(w.Adversary.PerWeek, 40)
	w.Offers.FlightLong = max(w.Offers.FlightLong, w.Offers.FlightShort)
	w.Hard.WakeFrom = min(w.Hard.WakeFrom, w.Hard.WakeTo-1)
	return w
}

// drawFields fills a struct; half of its numbers keep their defaults, so that extremes meet usual values too.
func drawFields(t *rapid.T, v reflect.Value, path string) {
	for i := range v.NumField() {
		f, field := v.Field(i), v.Type().Field(i)
		low, high, ok := bounds(field.Tag.Get("range"))
		name := path + "." + field.Tag.Get("key")
		switch {
		case f.Kind() == reflect.Struct:
			drawFields(t, f, name)
		case !ok:
			if field.Tag.Get("enum") != "" {
				f.SetString(rapid.SampledFrom([]string{"quadratic", "linear", "threshold", "saturating", "power"}).Draw(t, name))
			}
		case rapid.Bool().Draw(t, name+"?"):
			_ = setText(f, field.Tag.Get("default"))
		case f.Kind() == reflect.Int:
			f.SetInt(int64(rapid.IntRange(int(low), int(high)).Draw(t, name)))
		default:
			f.SetFloat(rapid.Float64Range(low, high).Draw(t, name))
		}
	}
}

// TestAnyWorld: whatever a file may say, people are conserved, nobody counts twice, hard limits hold, and every number is
// one that JSON can hold.
func TestAnyWorld(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		if err := w.Check(); err != nil {
			t.Fatal(err)
		}
		c := newCrowd(&w, rapid.IntRange(0, 1000).Draw(t, "seed"))
		runs := []seedRun{{}}
		whole := rapid.IntRange(0, 29).Draw(t, "whole") == 0
		for _, p := range append(policies(), sweep()...) {
			if p.name == ours && !whole { // it thinks longest
				runs[0].named = append(runs[0].named, Tally{})
				continue
			}
			watch := &watched{Policy: p.make(), t: t, w: &w, sent: map[[2]int]int64{}}
			got := simulate(c, watch)
			switch {
			case got.End != got.Start+got.Joined-got.Left || got.End < 0:
				t.Errorf("%s: %d at the end, of %d and %d who came and %d who left", p.name, got.End, got.Start, got.Joined, got.Left)
			case got.Lost > got.Start+got.Joined:
				t.Errorf("%s: %d lost of %d", p.name, got.Lost, got.Start+got.Joined)
			case math.IsNaN(got.Value(&w)) || math.IsInf(got.Value(&w), 0):
				t.Errorf("%s: the value is %g", p.name, got.Value(&w))
			}
			if len(runs[0].named) < len(policies()) {
				runs[0].named = append(runs[0].named, got)
			} else {
				runs[0].swept = append(runs[0].swept, got)
			}
		}
		if _, err := json.Marshal(report([]World{w}, [][]seedRun{runs})); err != nil {
			t.Error(err)
		}
	})
}

// watched holds a policy to the hard limits and the news to what is possible.
type watched struct {
	Policy

	t    *rapid.T
	w    *World
	sent map[[2]int]int64
	last int64
}

func (p *watched) Hear(n News) {
	if n.Kind == Sent {
		hour := (n.At - firstDay) % dayMillis / hourMillis
		if !n.Late && (hour < int64(p.w.Hard.WakeFrom) || hour >= int64(p.w.Hard.WakeTo)) {
			p.t.Errorf("sent at %d o'clock", hour)
		}
	}
	if n.N < 0 || n.Group < 0 || n.Group >= p.w.Groups.Count {
		p.t.Errorf("news %+v", n)
	}
	p.Policy.Hear(n)
}

func (p *watched) Choose(q *Question) int {
	if q.Now < p.last {
		p.t.Errorf("time goes back from %d to %d", p.last, q.Now)
	}
	p.last = q.Now
	i := p.Policy.Choose(q)
	if i == Nothing {
		return i
	}
	o := q.Candidates()[i]
	id := [2]int{q.Group, o.ID}
	if q.Now < o.Start || q.Now >= o.End {
		p.t.Errorf("offer %d is posted at %d, outside its flight [%d, %d)", o.ID, q.Now, o.Start, o.End)
	}
	if before, ok := p.sent[id]; ok && q.Now-before < millis(p.w.Hard.OfferOnce, dayMillis) && p.w.Owner.Never == 0 && p.w.Owner.Delay == 0 {
		p.t.Errorf("offer %d again after %d ms", o.ID, q.Now-before)
	}
	p.sent[id] = q.Now
	return i
}
