package throttle_test

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"siyu/throttle"
)

// TestRehearse is counted by hand: five posts under one a week, then under one of a brand a week with a gap.
func TestRehearse(t *testing.T) {
	t.Parallel()
	at := []int64{0, day, 2 * day, 7*day + hour, 8 * day}
	posts := make([]throttle.Happened, len(at))
	for i := range at {
		posts[i] = throttle.Happened{Brand: int64(1 + i%2), Offer: int64(i + 1), At: at[i]}
	}
	weekly := throttle.Rule{Scope: throttle.ScopeGroup, K: 1, W: 7 * day}
	for _, c := range []struct {
		name   string
		rules  []throttle.Rule
		others []throttle.Entry
		change func([]throttle.Happened)
		held   []bool
	}{
		{"no rules", nil, nil, nil, []bool{false, false, false, false, false}},
		{"one a week", []throttle.Rule{weekly}, nil, nil, []bool{false, true, true, false, true}},
		{"one a week, and one the week before", []throttle.Rule{weekly}, []throttle.Entry{{Interval: throttle.Interval{S: -day, E: -day}, Brand: 9, Offer: 9}},
			nil, []bool{true, true, true, false, true}}, // until day 6
		{"the first was made by hand", []throttle.Rule{weekly}, []throttle.Entry{{Interval: throttle.Interval{S: -day, E: -day}, Brand: 9, Offer: 9}},
			func(p []throttle.Happened) { p[0].Fact = true }, []bool{true, true, true, false, true}}, // it is asked, and counts though it is held
		{"one of a brand a week", []throttle.Rule{{Scope: throttle.ScopeBrand, K: 1, W: 7 * day}}, nil, nil,
			[]bool{false, false, true, true, false}}, // brand 1 at 0, 2, 8 days; brand 2 at 1 and 7 days
		{"the second is not wanted", []throttle.Rule{weekly}, nil, func(p []throttle.Happened) {
			p[0].Gates = []throttle.Gate{{Until: throttle.Never, Code: throttle.Excluded}}
		}, []bool{true, false, true, true, false}}, // the second takes its place until day 8
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			all := slices.Clone(posts)
			if c.change != nil {
				c.change(all)
			}
			for i, v := range throttle.Rehearse(always(throttle.Input{Rules: c.rules}), c.others, all) {
				if v.Allow == c.held[i] {
					t.Errorf("post %d: %+v", i, v)
				}
				if !v.Allow && v.Reasons == 0 {
					t.Errorf("post %d is held without a reason", i)
				}
			}
		})
	}
}

func always(in throttle.Input) func(int64) throttle.Input {
	return func(int64) throttle.Input { return in }
}

// drawn is a month that the kernel itself allowed, as it happened: reservations, owners who sent at some instant of their
// interval or never, and every refusal.
type drawn struct {
	in      throttle.Input
	posts   []throttle.Happened
	refused []throttle.Held
}

func drawMonth(t *rapid.T) drawn {
	quiet, err := throttle.NewQuiet(rapid.SampledFrom([]string{"America/Vancouver", "Asia/Shanghai", "Australia/Lord_Howe"}).Draw(t, "zone"),
		throttle.Hours{From: rapid.IntRange(1140, 1380).Draw(t, "evening"), To: rapid.IntRange(360, 600).Draw(t, "morning")})
	if err != nil {
		t.Fatal(err)
	}
	d := drawn{in: throttle.Input{Quiet: quiet, Clock: &quiet.Clock, Hold: rapid.Int64Range(hour, 24*hour).Draw(t, "hold"), MinWindow: 30 * minute,
		Rules: drawRules(t), Calendar: []throttle.Calendar{{Scope: throttle.ScopeGroup, K: rapid.IntRange(1, 3).Draw(t, "a day"), Unit: throttle.Day}}}}
	type booked struct {
		throttle.Entry
		sent int64 // 0: never
	}
	var all []booked
	now := int64(1_777_000_000_000)
	for range rapid.IntRange(1, 25).Draw(t, "asks") {
		now += rapid.Int64Range(1, 40*hour).Draw(t, "later")
		in := d.in
		in.Brand, in.Offer, in.Category, in.End = rapid.Int64Range(1, 3).Draw(t, "brand"), rapid.Int64Range(1, 30).Draw(t, "offer"), rapid.Int64Range(0, 2).Draw(t, "category"), throttle.Never
		for _, b := range all {
			switch {
			case b.sent > 0 && b.sent <= now:
				b.S, b.E = b.sent, b.sent
			case b.E < now:
				continue // given up
			}
			in.Live = append(in.Live, b.Entry)
		}
		v := throttle.Decide(in, now)
		if !v.Allow {
			d.refused = append(d.refused, throttle.Held{Brand: in.Brand, Offer: in.Offer, Category: in.Category, End: throttle.Never, At: now, Live: in.Live})
			continue
		}
		b := booked{Entry: throttle.Entry{Interval: throttle.Interval{S: v.S, E: v.E}, Brand: in.Brand, Offer: in.Offer, Category: in.Category}}
		if rapid.IntRange(0, 4).Draw(t, "owner") > 0 {
			b.sent = rapid.Int64Range(v.S, v.E).Draw(t, "sent")
			d.posts = append(d.posts, throttle.Happened{Brand: b.Brand, Offer: b.Offer, Category: b.Category, At: b.sent})
		}
		all = append(all, b)
	}
	slices.SortStableFunc(d.posts, func(a, b throttle.Happened) int { return cmp.Compare(a.At, b.At) })
	return d
}

func drawRules(t *rapid.T) []throttle.Rule {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) throttle.Rule {
		return throttle.Rule{Scope: rapid.SampledFrom([]throttle.Scope{throttle.ScopeGroup, throttle.ScopeBrand, throttle.ScopeOffer, throttle.ScopeCategory,
			throttle.ScopeRival}).Draw(t, "scope"), K: rapid.IntRange(1, 3).Draw(t, "k"), W: rapid.Int64Range(hour, 10*day).Draw(t, "w")}
	}), 1, 4).Draw(t, "rules")
}

// TestRehearsalOfTheSameRules: what the kernel allowed it would have allowed, and what it refused it would have refused;
// tighter rules free nothing.
func TestRehearsalOfTheSameRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := drawMonth(t)
		rivals := slices.ContainsFunc(d.in.Rules, func(r throttle.Rule) bool { return r.Scope == throttle.ScopeRival && r.K > 1 })
		for i, v := range throttle.Rehearse(always(d.in), nil, d.posts) {
			if !v.Allow && !rivals { // rivals are not counted among themselves, so their order can matter
				t.Fatalf("post %d of %+v is held: %+v", i, d.posts, v)
			}
		}
		for i, free := range throttle.Freed(always(d.in), always(d.in), d.refused) {
			if free {
				t.Fatalf("refusal %d is free under the same rules", i)
			}
		}
		tighter := d.in
		tighter.Rules = append(slices.Clone(d.in.Rules), drawRules(t)...)
		for i := range d.in.Rules {
			if rapid.Bool().Draw(t, "tighten") {
				tighter.Rules[i].W += rapid.Int64Range(0, 10*day).Draw(t, "longer")
				tighter.Rules[i].K = max(1, tighter.Rules[i].K-rapid.IntRange(0, 1).Draw(t, "fewer"))
			}
		}
		for i, free := range throttle.Freed(always(d.in), always(tighter), d.refused) {
			if free {
				t.Fatalf("refusal %d is free under tighter rules", i)
			}
		}
	})
}
