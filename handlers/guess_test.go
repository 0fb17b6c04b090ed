package handlers

import "testing"

// TestWrongAddress: an address from which too much was wrong is refused under every name, and no other is.
func TestWrongAddress(t *testing.T) {
	t.Parallel()
	g := newGuessing()
	for n := range wrongBurst {
		if err := g.open("a"); err != nil {
			t.Fatalf("refused after %d wrong ones: %v", n, err)
		}
		g.wrong("a")
	}
	if g.open("a") == nil {
		t.Error("it is open after so much was wrong")
	}
	if err := g.open("b"); err != nil {
		t.Errorf("another address: %v", err)
	}
}
