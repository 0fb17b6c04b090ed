package handlers

import (
	"context"
	"testing"
	"time"

	"siyu/models"
)

func TestSnake(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{"AppID": "app_id", "IV": "iv", "RequestNo": "request_no", "ValueFen": "value_fen",
		"Lang": "lang", "EncryptedData": "encrypted_data", "IDOfApp": "id_of_app", "": ""} {
		if got := snake(field); got != want {
			t.Errorf("%q is %q, want %q", field, got, want)
		}
	}
}

// TestGuessing: ten tries at once, then one every six seconds, for each name and address; who knew the password starts
// afresh, and the record does not grow for ever.
func TestGuessing(t *testing.T) {
	t.Parallel()
	g := newGuessing()
	allowed := func(who string, tries int) (n int) {
		for range tries {
			if g.allow(who) == nil {
				n++
			}
		}
		return n
	}
	start := time.Now()
	if n := allowed("a", 30); n < guessBurst || n > guessBurst+1+int(time.Since(start)/guessEvery) {
		t.Errorf("%d of 30 tries were allowed", n)
	}
	if n := allowed("b", 5); n != 5 {
		t.Errorf("somebody else had %d of 5", n)
	}
	g.forget("a")
	if n := allowed("a", 5); n != 5 {
		t.Errorf("after the right one %d of 5", n)
	}
	for i := range guessSlots + 10 {
		_ = g.allow(time.Duration(i).String())
	}
	if len(g.slots) > guessSlots {
		t.Errorf("%d names are kept", len(g.slots))
	}
}

// TestGuessingTurns: not all processors compare passwords, and who gets no turn while she waits is told to come again.
func TestGuessingTurns(t *testing.T) {
	t.Parallel()
	g := newGuessing()
	for range cap(g.turns) {
		if _, err := g.turn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.turn(gone); models.KindOf(err) != models.Throttled {
		t.Errorf("a turn too many: %v", err)
	}
}
