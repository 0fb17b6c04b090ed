package throttle_test

import (
	"testing"
	"time"

	"siyu/throttle"
)

const (
	minute = int64(60_000)
	hour   = 60 * minute
	day    = 24 * hour
)

// at reads a local time in Vancouver in the week of Monday 2 March 2026 (no clock change in it).
func at(t *testing.T, dayOfMonth, h, m int) int64 {
	t.Helper()
	loc, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 3, dayOfMonth, h, m, 0, 0, loc).UnixMilli()
}

func quiet(t testing.TB, zone string, from, to int) *throttle.Quiet {
	t.Helper()
	q, err := throttle.NewQuiet(zone, throttle.Hours{From: from, To: to})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func sent(at, brand, offer int64) throttle.Entry {
	return throttle.Entry{Interval: throttle.Interval{S: at, E: at}, Brand: brand, Offer: offer}
}

func pending(s, e, brand, offer int64) throttle.Entry {
	return throttle.Entry{Interval: throttle.Interval{S: s, E: e}, Brand: brand, Offer: offer}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	// Three a week, six hours apart, quiet 21:30-08:00, the same offer once in thirty days; offer 1 of brand 7 asks.
	base := func() throttle.Input {
		return throttle.Input{
			Rules: []throttle.Rule{
				{Scope: throttle.ScopeGroup, K: 3, W: 7 * day, Code: throttle.GroupCap},
				{Scope: throttle.ScopeGroup, K: 1, W: 6 * hour, Code: throttle.MinGap},
				{Scope: throttle.ScopeOffer, K: 1, W: 30 * day, Code: throttle.OfferOnce},
			},
			Quiet: quiet(t, "America/Vancouver", 21*60+30, 8*60),
			Brand: 7, Offer: 1, Start: at(t, 2, 0, 0), End: at(t, 28, 0, 0),
			Hold: 12 * hour, MinWindow: 30 * minute,
		}
	}
	noon := at(t, 3, 12, 0)
	type want struct {
		allow    bool
		e        int64
		reasons  string
		deciding throttle.Reason
		next     int64
	}
	tests := []struct {
		name string
		edit func(*throttle.Input)
		now  int64
		want want
	}{
		{"an empty day: until the night", nil, noon, want{allow: true, e: at(t, 3, 21, 30) - 1}},
		{"a short hold ends first", func(in *throttle.Input) { in.Hold = 2 * hour }, noon,
			want{allow: true, e: noon + 2*hour}},
		{"the flight ends first", func(in *throttle.Input) { in.End = noon + hour }, noon,
			want{allow: true, e: noon + hour - 1}},
		{"night", nil, at(t, 3, 23, 0),
			want{reasons: "quiet_hours", deciding: throttle.QuietHours, next: at(t, 4, 8, 0)}},
		{"the last minute of the night", nil, at(t, 4, 8, 0) - 1,
			want{reasons: "quiet_hours", deciding: throttle.QuietHours, next: at(t, 4, 8, 0)}},
		{"just enough evening left", nil, at(t, 3, 21, 0), want{allow: true, e: at(t, 3, 21, 30) - 1}},
		{"too little evening left", nil, at(t, 3, 21, 0) + 1,
			want{reasons: "window_short", deciding: throttle.WindowShort, next: at(t, 4, 8, 0)}},
		{"not begun", func(in *throttle.Input) { in.Start = at(t, 5, 10, 0) }, noon,
			want{reasons: "not_started", deciding: throttle.NotStarted, next: at(t, 5, 10, 0)}},
		{"over", func(in *throttle.Input) { in.End = noon }, noon,
			want{reasons: "offer_ended", deciding: throttle.OfferEnded, next: throttle.Never}},
		{"over too soon to be of use", func(in *throttle.Input) { in.End = noon + 10*minute }, noon,
			want{reasons: "offer_ended window_short", deciding: throttle.WindowShort, next: throttle.Never}},
		{"paused until tomorrow", func(in *throttle.Input) { in.PausedUntil = at(t, 4, 12, 0) }, noon,
			want{reasons: "paused", deciding: throttle.Paused, next: at(t, 4, 12, 0)}},
		{"paused until somebody resumes", func(in *throttle.Input) { in.PausedUntil = throttle.Never }, noon,
			want{reasons: "paused", deciding: throttle.Paused, next: throttle.Never}},
		{"the clock is behind the ledger", func(in *throttle.Input) { in.ClockFloor = noon + 2*hour }, noon,
			want{reasons: "clock_behind", deciding: throttle.ClockBehind, next: noon + 2*hour}},
		{"gap after a sent post", func(in *throttle.Input) {
			in.Live = []throttle.Entry{sent(noon-5*hour, 8, 2)}
		}, noon, want{reasons: "min_gap", deciding: throttle.MinGap, next: noon + hour}},
		{"the gap is over to the millisecond", func(in *throttle.Input) {
			in.Live = []throttle.Entry{sent(noon-6*hour, 8, 2)}
		}, noon, want{allow: true, e: at(t, 3, 21, 30) - 1}},
		{"a pending post counts from its last instant, and the night follows", func(in *throttle.Input) {
			in.Live = []throttle.Entry{pending(noon-hour, at(t, 3, 21, 0), 8, 2)}
		}, noon, want{reasons: "min_gap", deciding: throttle.MinGap, next: at(t, 4, 8, 0)}},
		{"three a week are out, gap and cap: the cap frees last", func(in *throttle.Input) {
			in.Live = []throttle.Entry{
				sent(noon-hour, 8, 2), sent(noon-2*day, 8, 3), sent(noon-4*day, 8, 4), sent(noon-8*day, 8, 5),
			}
		}, noon, want{reasons: "group_cap min_gap", deciding: throttle.GroupCap, next: noon + 3*day}},
		{"the same offer again", func(in *throttle.Input) {
			in.Live = []throttle.Entry{sent(noon-6*day, 7, 1)}
			in.End = at(t, 60, 0, 0)
		}, noon, want{reasons: "offer_once", deciding: throttle.OfferOnce, next: noon + 24*day}},
		{"the same offer again, and the flight is over before", func(in *throttle.Input) {
			in.Live = []throttle.Entry{sent(noon-6*day, 7, 1)}
			in.End = at(t, 20, 0, 0)
		}, noon, want{reasons: "offer_ended offer_once", deciding: throttle.OfferOnce, next: throttle.Never}},
		{"a late post has broken the gap: debt", func(in *throttle.Input) {
			in.Live = []throttle.Entry{sent(noon-hour, 8, 2), sent(noon-2*hour, 8, 3)}
		}, noon, want{reasons: "min_gap debt", deciding: throttle.MinGap, next: noon + 5*hour}},
		{"a cap of none", func(in *throttle.Input) { in.Rules[0].K = 0 }, noon,
			want{reasons: "group_cap", deciding: throttle.GroupCap, next: throttle.Never}},
		{"night and gap: both are told", func(in *throttle.Input) {
			in.Live = []throttle.Entry{sent(at(t, 3, 21, 0), 8, 2)}
			in.Rules[1].W = 20 * hour
		}, at(t, 3, 23, 0), want{reasons: "quiet_hours min_gap", deciding: throttle.MinGap, next: at(t, 4, 17, 0)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := base()
			if tt.edit != nil {
				tt.edit(&in)
			}
			v := throttle.Decide(in, tt.now)
			got := want{allow: v.Allow, e: v.E, reasons: v.Reasons.String(), deciding: v.Deciding, next: v.Next}
			if v.Allow {
				got.next = 0
				if v.S != tt.now || v.Next != tt.now {
					t.Errorf("s = %d, next = %d, want now = %d", v.S, v.Next, tt.now)
				}
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// A group alone (no brand, no offer) is asked about by the console: only the group's own rules speak.
func TestDecideForGroupAlone(t *testing.T) {
	t.Parallel()
	in := throttle.Input{
		Live: []throttle.Entry{sent(1000, 0, 0), sent(1000, 7, 1)},
		Rules: []throttle.Rule{
			{Scope: throttle.ScopeBrand, K: 1, W: day, Code: throttle.BrandCap},
			{Scope: throttle.ScopeOffer, K: 1, W: day, Code: throttle.OfferOnce},
		},
		Hold: hour, MinWindow: minute,
	}
	if v := throttle.Decide(in, 2000); !v.Allow {
		t.Errorf("refused: %s", v.Reasons)
	}
	in.Brand = 7
	if v := throttle.Decide(in, 2000); v.Allow || v.Deciding != throttle.BrandCap {
		t.Errorf("brand 7 got %+v, want brand_cap", v)
	}
}

// What the kernel cannot make sense of it refuses: a negative window, quiet hours that leave no room, a hold of nothing.
func TestDecideFailsClosed(t *testing.T) {
	t.Parallel()
	ok := throttle.Input{Hold: hour, MinWindow: minute, Rules: []throttle.Rule{{K: 1, W: hour, Code: throttle.GroupCap}}}
	if v := throttle.Decide(ok, 5); !v.Allow {
		t.Fatalf("the sound input is refused: %s", v.Reasons)
	}
	for name, edit := range map[string]func(*throttle.Input){
		"negative window":   func(in *throttle.Input) { in.Rules = []throttle.Rule{{K: 1, W: -1}} },
		"endless entry":     func(in *throttle.Input) { in.Live = []throttle.Entry{pending(0, throttle.Never, 1, 1)} },
		"endless window":    func(in *throttle.Input) { in.Live = []throttle.Entry{sent(1, 1, 1)}; in.Rules[0].W = throttle.Never },
		"night of a day":    func(in *throttle.Input) { in.Quiet = quiet(t, "Asia/Shanghai", 5, 4); in.MinWindow = 2 * minute },
		"negative hold":     func(in *throttle.Input) { in.Hold = -1 },
		"unknown scope":     func(in *throttle.Input) { in.Rules[0].Scope = 9; in.Live = []throttle.Entry{sent(1, 1, 1)} },
		"rule with no name": func(in *throttle.Input) { in.Rules = []throttle.Rule{{Scope: throttle.ScopeBrand}} },
	} {
		in := ok
		in.Rules = append([]throttle.Rule(nil), ok.Rules...)
		edit(&in)
		if v := throttle.Decide(in, 5); v.Allow || v.Reasons == 0 || v.Deciding == throttle.None {
			t.Errorf("%s: got %+v, want a refusal with its reason", name, v)
		}
	}
}
