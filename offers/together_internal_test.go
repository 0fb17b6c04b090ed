package offers

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// echo answers each number with itself.
type echo []int

func (e echo) happened(context.Context) bool { return false }

func (e echo) answers() []answer[int] {
	all := make([]answer[int], len(e))
	for i, n := range e {
		all[i].got = n
	}
	return all
}

// TestPoisonIsAlone: a request at which a batch panics, and one at which it fails, are told so; everybody else in the batch is
// served, whatever place the poison has.
func TestPoisonIsAlone(t *testing.T) {
	t.Parallel()
	bad, batches := errors.New("bad"), 0
	tg := newTogether(kind{name: "numbers", busy: errors.New("busy"), batch: 512, most: 512, workers: 1},
		slog.New(slog.DiscardHandler), func(_ context.Context, _ string, in []int) (attempt[int], error) {
			batches++
			for _, n := range in {
				switch n {
				case 17:
					panic("seventeen")
				case 44:
					return nil, bad
				}
			}
			return echo(in), nil
		})
	all := make([]*caller[int, int], 100)
	for i := range all {
		all[i] = &caller[int, int]{in: i, answer: make(chan answer[int], 1)}
	}
	tg.serve(t.Context(), "line", all)
	for i, w := range all {
		a := <-w.answer
		switch {
		case i == 17 && (a.err == nil || !strings.Contains(a.err.Error(), "panic: seventeen")):
			t.Errorf("17 was told %v", a.err)
		case i == 44 && !errors.Is(a.err, bad):
			t.Errorf("44 was told %v", a.err)
		case i != 17 && i != 44 && (a.err != nil || a.got != i):
			t.Errorf("%d was told %d, %v", i, a.got, a.err)
		}
	}
	if batches > 40 {
		t.Errorf("%d batches to find two bad requests of a hundred", batches)
	}
}
