package offers_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestCodeRoundTrip(t *testing.T) {
	t.Parallel()
	seen := map[offers.Code]bool{}
	for range 1000 {
		c := offers.AnyCode()
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
		c := []byte(offers.AnyCode())
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
// assumes: evenly from 32^11, those of numbers that follow each other too. (Two codes that were given together are never the same;
// any two others are as often as two that are drawn alone.) The unique key of the store is what keeps a collision from becoming two
// vouchers; only a voucher of before can have the code of a new one, see [TestCodesOfBefore].
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
	keys := keysOf(t, "any secret of at least thirty-two bytes")
	alone := func() (all []offers.NewCode) {
		for range drawn {
			all = append(all, offers.NewCodes(keys, 1)...)
		}
		return all
	}
	for _, codes := range [][]offers.NewCode{alone(), offers.NewCodes(keys, drawn)} {
		evenly(t, codes)
	}
}

// evenly checks that each symbol is as frequent as the others in each place, and that what follows it is too.
func evenly(t *testing.T, codes []offers.NewCode) {
	t.Helper()
	var seen, moved [11][32]int
	drawn := float64(len(codes))
	before := [11]int{}
	for _, c := range codes {
		for i, r := range []byte(c.Code)[:11] {
			v := strings.IndexByte(symbols, r)
			seen[i][v]++
			moved[i][v^before[i]]++
			before[i] = v
		}
	}
	for i, counts := range append(seen[:], moved[:]...) {
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
	good := string(offers.AnyCode())
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

func keysOf(t *testing.T, secret string) *models.Keys {
	t.Helper()
	k, err := models.NewKeys([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestCodesOfNumbers: codes that are made together lie side by side and look like nothing of the kind, past the greatest number too;
// each comes again from what its voucher keeps, and with another secret none does, nor another one.
func TestCodesOfNumbers(t *testing.T) {
	t.Parallel()
	keys, others := keysOf(t, "the secret of this house, of many bytes"), keysOf(t, "the secret of another, of many bytes")
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(1<<55-300, 1<<55)).Draw(t, "from")
		seen := map[offers.Code]bool{}
		for i, c := range offers.CodesFrom(keys, from, 300) {
			number := make([]byte, 8)
			binary.BigEndian.PutUint64(number, (from+uint64(i))%(1<<55))
			if !bytes.Equal(c.Ref, number[1:]) || seen[c.Code] {
				t.Fatalf("%d after %d: kept as %x, seen before: %t", i, from, c.Ref, seen[c.Code])
			}
			seen[c.Code] = true
			v := models.Voucher{ID: 7, CodeRef: c.Ref, CodeProof: c.Proof}
			if got, err := offers.OpenCode(keys, v); err != nil || got != c.Code.String() {
				t.Fatalf("%s opens as %q, %v", c.Code, got, err)
			}
			if got, err := offers.OpenCode(others, v); err == nil || !strings.Contains(err.Error(), "SIYU_SECRET_KEY") {
				t.Fatalf("with another secret %s opens as %q, %v", c.Code, got, err)
			}
			v.CodeRef[0] |= 0x80
			if got, err := offers.OpenCode(keys, v); err == nil {
				t.Fatalf("what is no number of 55 bits opens as %q", got)
			}
		}
	})
}

// TestCodesOfBefore: a voucher whose code is kept as it was before is held, found and written off as ever.
func TestCodesOfBefore(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		o, ann := h.open(h.draft(9)), h.member("ann")
		v := models.Voucher{OfferID: o.ID, BrandID: o.BrandID, MemberID: ann, Seq: 1, ClaimKey: "key-of-ann", ValidTo: o.RedeemBy, Units: 1}
		code := ""
		h.tx(func(sc *models.Scope) error {
			code = offers.OldCodeInto(sc.Keys(), &v, offers.AnyCode())
			if _, err := sc.TakeStock(o.ID); err != nil {
				return err
			}
			return sc.InsertVoucher(&v)
		})
		for key, want := range map[string]string{"key-of-ann": "", "another-key": "already_claimed"} {
			got, err := h.claim(ann, o.ID, key)
			if models.CodeOf(err) != want || got.Code != code {
				t.Errorf("with %s she was told %q, %v", key, got.Code, err)
			}
		}
		brand := models.Account{ID: 1, CommunityID: h.community, Role: models.BrandUser, BrandID: o.BrandID}
		if found, err := h.service.Find(t.Context(), brand, code); err != nil || found.ID != v.ID {
			t.Errorf("found %s, %v", found.ID, err)
		}
		if _, err := h.redeem(0, code, "request-1"); err != nil {
			t.Error(err)
		}
		_, err := h.redeem(0, code, "request-2")
		wantCode(t, err, "already_redeemed")
		_, err = h.redeem(0, offers.AnyCode().String(), "request-3")
		wantCode(t, err, "code_unknown")

		got, err := h.claim(h.member("bea"), o.ID, "key-of-bea") // whose code another one had before, once in 2^55 pairs
		if err != nil {
			t.Fatal(err)
		}
		same, _ := offers.ParseCode(got.Code)
		w := models.Voucher{OfferID: o.ID, BrandID: o.BrandID, MemberID: h.member("cleo"), Seq: 1, ClaimKey: "key-of-cleo", ValidTo: o.RedeemBy, Units: 1}
		h.tx(func(sc *models.Scope) error {
			offers.OldCodeInto(sc.Keys(), &w, same)
			return sc.InsertVoucher(&w)
		})
		if found, err := h.service.Find(t.Context(), brand, got.Code); err != nil || found.ID != got.ID {
			t.Errorf("found %s instead of %s, %v", found.ID, got.ID, err)
		}
		if r, err := h.redeem(0, got.Code, "request-4"); err != nil || r.Redemption.VoucherID != got.ID {
			t.Errorf("wrote off %s instead of %s, %v", r.Redemption.VoucherID, got.ID, err)
		}
	})
}
