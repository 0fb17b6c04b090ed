package throttle_test

import (
	"testing"
	"time"

	"siyu/throttle"
)

// sixByTwelve is the reference load: six rules, twelve live placements, a zone with clock changes.
func sixByTwelve(t testing.TB) (throttle.Input, int64) {
	now := time.Date(2026, 3, 3, 20, 0, 0, 0, time.UTC).UnixMilli()
	in := throttle.Input{
		Rules: []throttle.Rule{
			{Scope: throttle.ScopeGroup, K: 8, W: 7 * day, Code: throttle.GroupCap},
			{Scope: throttle.ScopeGroup, K: 2, W: day, Code: throttle.GroupCap},
			{Scope: throttle.ScopeGroup, K: 1, W: 6 * hour, Code: throttle.MinGap},
			{Scope: throttle.ScopeBrand, K: 2, W: 7 * day, Code: throttle.BrandCap},
			{Scope: throttle.ScopeBrand, K: 1, W: day, Code: throttle.BrandCap},
			{Scope: throttle.ScopeOffer, K: 1, W: 30 * day, Code: throttle.OfferOnce},
		},
		Quiet: quiet(t, "America/Vancouver", 21*60+30, 8*60),
		Brand: 3, Offer: 99, Start: now - day, End: now + 20*day, Hold: 12 * hour, MinWindow: 30 * minute,
	}
	for i := range int64(12) {
		in.Live = append(in.Live, sent(now-(i+1)*22*hour, i%4, i))
	}
	return in, now
}

// everyKind adds rules of the calendar and gates to a question.
func everyKind(t testing.TB, in throttle.Input) throttle.Input {
	t.Helper()
	clock, err := throttle.NewClock("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	in.Clock = clock
	in.Calendar = []throttle.Calendar{
		{Scope: throttle.ScopeAll, K: 1, PerDay: true, Unit: throttle.Month},
		{Scope: throttle.ScopeGroup, K: 2, Unit: throttle.Day},
	}
	in.Gates = []throttle.Gate{{Code: throttle.Paused}, {Code: throttle.Fatigue}}
	return in
}

func BenchmarkDecide(b *testing.B) {
	in, now := sixByTwelve(b)
	b.Run("allow", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !throttle.Decide(in, now).Allow {
				b.Fatal("refused")
			}
		}
	})
	dated := everyKind(b, in)
	b.Run("calendar", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if v := throttle.Decide(dated, now); !v.Allow {
				b.Fatal(v.Reasons)
			}
		}
	})
	held := in
	held.Brand = 0
	held.Live = append([]throttle.Entry{pending(now-hour, now+hour, 1, 1)}, in.Live[1:]...)
	b.Run("hold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if throttle.Decide(held, now).Allow {
				b.Fatal("allowed")
			}
		}
	})
}

func TestDecideDoesNotAllocate(t *testing.T) {
	in, now := sixByTwelve(t)
	if v := throttle.Decide(in, now); !v.Allow {
		t.Fatalf("refused: %s", v.Reasons)
	}
	dated := everyKind(t, in)
	n := testing.AllocsPerRun(100, func() {
		throttle.Decide(dated, now)
		throttle.Decide(dated, now+12*hour)
		throttle.Decide(in, now)
		throttle.Decide(in, now+5*hour)
		throttle.Decide(in, now+12*hour)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
