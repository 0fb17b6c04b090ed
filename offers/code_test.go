package offers_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"siyu/offers"
)

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestCodeRoundTrip(t *testing.T) {
	t.Parallel()
	seen := map[offers.Code]bool{}
	for range 1000 {
		c := offers.NewCode()
		if seen[c] {
			t.Fatalf("%s twice", c)
		}
		seen[c] = true
		for _, typed := range []string{
			string(c), c.String(), strings.ToLower(c.String()), " " + strings.ReplaceAll(c.String(), "-", " ") + " ",
			strings.NewReplacer("0", "O", "1", "l", "V", "u").Replace(c.String()),
			strings.NewReplacer("0", "o", "1", "I", "V", "U").Replace(string(c)),
		} {
			got, err := offers.ParseCode(typed)
			if err != nil || got != c {
				t.Fatalf("%q reads as %q, %v; want %q", typed, got, err, c)
			}
		}
	}
}

// Every wrong symbol and every swap of two different ones is noticed, in every place.
func TestCodeNoticesTypingErrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := []byte(offers.NewCode())
		for i := range c {
			for j := range symbols {
				wrong := append([]byte(nil), c...)
				if wrong[i] = symbols[j]; wrong[i] == c[i] {
					continue
				}
				if _, err := offers.ParseCode(string(wrong)); err == nil {
					t.Fatalf("%s passes for %s", wrong, c)
				}
			}
			for j := range i {
				swapped := append([]byte(nil), c...)
				swapped[i], swapped[j] = c[j], c[i]
				if _, err := offers.ParseCode(string(swapped)); err == nil && c[i] != c[j] {
					t.Fatalf("%s passes for %s", swapped, c)
				}
			}
		}
	})
}

// TestCheckAlgebra walks the whole algebra of the check instead of trying codes. The check is a sum of weight times symbol over
// GF(32), in which the product is linear; so a code passes if and only if its weighted sum is zero, a wrong symbol moves that sum
// by weight times difference, and a swap by the difference of two weights times the difference of two symbols. None of these
// may be zero.
func TestCheckAlgebra(t *testing.T) {
	t.Parallel()
	for a := range byte(32) {
		for b := range byte(32) {
			if offers.CodeTimes(a, b) != offers.CodeTimes(b, a) || (offers.CodeTimes(a, b) == 0) != (a == 0 || b == 0) {
				t.Fatalf("%d times %d is %d", a, b, offers.CodeTimes(a, b))
			}
			for c := range byte(32) {
				if offers.CodeTimes(a, b^c) != offers.CodeTimes(a, b)^offers.CodeTimes(a, c) {
					t.Fatalf("%d times (%d + %d) is not the sum of the products", a, b, c)
				}
			}
		}
	}
	weights := offers.CodeWeights()
	for i, w := range weights {
		for d := byte(1); d < 32; d++ {
			if offers.CodeTimes(w, d) == 0 {
				t.Errorf("place %d: a symbol that is wrong by %d passes", i, d)
			}
			for j := range i {
				if offers.CodeTimes(w^weights[j], d) == 0 {
					t.Errorf("places %d and %d: swapped symbols that differ by %d pass", j, i, d)
				}
			}
		}
	}
	var zero [11]byte // and the program computes that sum: of one symbol in one place, for all 352 of them
	for i := range zero {
		for v := range byte(32) {
			one := zero
			one[i] = v
			if got, want := offers.CodeOf(one)[11], symbols[offers.CodeTimes(weights[i], v)]; got != want {
				t.Errorf("symbol %d alone in place %d has the check %c, want %c", v, i, got, want)
			}
		}
	}
}

// TestCodeCollisions states how likely it is that two of 10^8 codes are the same, and that codes are drawn as that arithmetic
// assumes: evenly from 32^11. The unique key of the store is what keeps a collision from becoming two vouchers.
func TestCodeCollisions(t *testing.T) {
	t.Parallel()
	const n, space = 1e8, 1 << 55
	expected := n * (n - 1) / 2 / space
	if expected > 0.139 { // the birthday bound: P(any collision) <= pairs / space
		t.Errorf("among 10^8 codes %.3f collisions are to be expected", expected)
	}
	if next := n / space; next > 2.8e-9 {
		t.Errorf("with 10^8 live codes a guess, or a new code, hits one with probability %.2g", next)
	}
	const drawn = 64_000
	var seen [11][32]int
	for range drawn {
		for i, r := range []byte(offers.NewCode())[:11] {
			seen[i][strings.IndexByte(symbols, r)]++
		}
	}
	for i, counts := range seen {
		var chi float64
		for _, got := range counts {
			d := float64(got) - drawn/32
			chi += d * d / (drawn / 32)
		}
		if chi > 120 { // 31 degrees of freedom: beyond this by chance once in 10^12 runs
			t.Errorf("place %d is not drawn evenly: chi square %.0f", i, chi)
		}
	}
}

func TestParseCodeRefuses(t *testing.T) {
	t.Parallel()
	good := string(offers.NewCode())
	for _, typed := range []string{"", "-", good[:11], good + "0", good + good, strings.Repeat("0", 10_000), "🎟" + good, good[:11] + "*"} {
		_, err := offers.ParseCode(typed)
		wantCode(t, err, "code_typo")
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("0000-0000-0000")
	f.Add("oil-u")
	f.Fuzz(func(t *testing.T, typed string) {
		c, err := offers.ParseCode(typed)
		if err != nil {
			return
		}
		again, err := offers.ParseCode(c.String())
		if err != nil || again != c || len(c) != 12 {
			t.Fatalf("%q reads as %q, which reads as %q, %v", typed, c, again, err)
		}
	})
}
