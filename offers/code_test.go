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
