package offers_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/models"
	"siyu/offers"
)

func qrKeys(t testing.TB) *models.Keys {
	t.Helper()
	keys, err := models.NewKeys(bytes.Repeat([]byte{7}, models.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// shown is a voucher that is good for a day around qrNoon, and noon itself begins a window.
const qrNoon = models.Millis(1780000020000)

func shown() models.Voucher {
	return models.Voucher{ID: 911, OfferID: 66, TermsID: 77, BrandID: 5, State: models.VoucherIssued, ValidTo: qrNoon.Add(12*time.Hour) + 345}
}

func frameAt(t testing.TB, keys *models.Keys, v models.Voucher, at models.Millis) offers.QR {
	t.Helper()
	frames := offers.Frames(keys, v, at, offers.QRWindow)
	if len(frames) != 1 {
		t.Fatalf("%d frames for one window", len(frames))
	}
	q, err := offers.ParseQR(frames[0].Text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestQRLivesTwoWindows: a picture is accepted from the first millisecond it is shown to the last one of the next window, and
// at no other time.
func TestQRLivesTwoWindows(t *testing.T) {
	t.Parallel()
	keys := qrKeys(t)
	q := frameAt(t, keys, shown(), qrNoon+17)
	if q.Voucher != 911 || q.Terms != 77 || q.Brand != 5 || q.ValidTo != shown().ValidTo-345 {
		t.Fatalf("the picture says %+v", q)
	}
	for _, c := range []struct {
		at   models.Millis
		want string
	}{
		{qrNoon - 1, "qr_early"}, {qrNoon, ""}, {qrNoon + 29_999, ""}, {qrNoon + 59_999, ""}, {qrNoon + 60_000, "qr_stale"},
		{qrNoon.Add(24 * time.Hour), "qr_stale"}, {0, "qr_early"},
	} {
		if err := q.Verify(keys, c.at); models.CodeOf(err) != c.want {
			t.Errorf("%d ms after it was first shown: %v, want %q", c.at-qrNoon, err, c.want)
		}
	}
	for _, c := range []struct {
		at   models.Millis
		want string
	}{
		{qrNoon.Add(-5*time.Minute) - 1, "qr_early"}, {qrNoon.Add(-5 * time.Minute), ""},
		{qrNoon.Add(5*time.Minute) + 59_999, ""}, {qrNoon.Add(6 * time.Minute), "qr_stale"},
	} {
		if err := q.VerifyAt(keys, c.at, 5*time.Minute); models.CodeOf(err) != c.want {
			t.Errorf("a device %d ms away: %v, want %q", c.at-qrNoon, err, c.want)
		}
	}
}

// TestQRNoticesEveryBit: whatever single bit of a picture is turned, it is not ours any more; nor is it with another secret.
func TestQRNoticesEveryBit(t *testing.T) {
	t.Parallel()
	keys := qrKeys(t)
	text := offers.Frames(keys, shown(), qrNoon, offers.QRWindow)[0].Text
	if len(text) != 135 {
		t.Errorf("the picture holds %d characters", len(text))
	}
	raw, err := base64.RawURLEncoding.DecodeString(text[3:])
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(raw) * 8 {
		wrong := bytes.Clone(raw)
		wrong[i/8] ^= 1 << (i % 8)
		q, err := offers.ParseQR("S1." + base64.RawURLEncoding.EncodeToString(wrong))
		if err == nil {
			err = q.VerifyAt(keys, qrNoon, 100*365*24*time.Hour)
		}
		if code := models.CodeOf(err); code != "qr_forged" && code != "qr_unreadable" {
			t.Fatalf("bit %d turned: %v", i, err)
		}
	}
	other, err := models.NewKeys(bytes.Repeat([]byte{8}, models.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, frameAt(t, keys, shown(), qrNoon).Verify(other, qrNoon), "qr_forged")
}

// TestQROfAnotherVoucher: what was signed for one voucher, promise, brand or window never passes for another.
func TestQROfAnotherVoucher(t *testing.T) {
	t.Parallel()
	keys := qrKeys(t)
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.Int64Range(1, 1<<62)
		a := models.Voucher{ID: models.VoucherID(id.Draw(t, "a")), TermsID: models.TermsID(id.Draw(t, "terms")),
			BrandID: models.BrandID(id.Draw(t, "brand")), State: models.VoucherIssued, ValidTo: qrNoon.Add(time.Hour)}
		b := a
		b.ID = models.VoucherID(id.Filter(func(n int64) bool { return n != int64(a.ID) }).Draw(t, "b"))
		at := qrNoon.Add(time.Duration(rapid.IntRange(0, 1800).Draw(t, "later")) * time.Second)
		texts := [2]string{}
		for i, v := range []models.Voucher{a, b} {
			texts[i] = offers.Frames(keys, v, at, offers.QRWindow)[0].Text
			q, err := offers.ParseQR(texts[i])
			if err != nil || q.String() != texts[i] || q.Voucher != v.ID || q.Verify(keys, at) != nil {
				t.Fatalf("%s reads as %+v, %v", texts[i], q, err)
			}
		}
		const said = 3 + 47 // the mark and what is said; the last character before the signature shares two bits with it
		mixed := texts[1][:said-1] + texts[0][said-1:]
		q, err := offers.ParseQR(mixed)
		if err == nil {
			err = q.Verify(keys, at)
		}
		if err == nil {
			t.Fatalf("the signature of %s passes for %s", texts[0], mixed)
		}
	})
}

// TestFramesOnlyWhileValid: nothing is signed for a time before or after the voucher's, nor for one that is used up.
func TestFramesOnlyWhileValid(t *testing.T) {
	t.Parallel()
	keys, v := qrKeys(t), shown()
	v.ValidFrom, v.ValidTo = qrNoon+1, qrNoon.Add(5*time.Minute)
	frames := offers.Frames(keys, v, qrNoon.Add(-time.Hour), 2*time.Hour)
	if len(frames) != 9 || frames[0].From != qrNoon+30_000 || frames[8].To != v.ValidTo {
		t.Errorf("%d frames, from %d to %d", len(frames), frames[0].From-qrNoon, frames[len(frames)-1].To-qrNoon)
	}
	for i, f := range frames {
		if f.To-f.From != 30_000 || i > 0 && f.From != frames[i-1].To {
			t.Errorf("frame %d is shown from %d to %d", i, f.From, f.To)
		}
	}
	v.State = models.VoucherRedeemed
	if got := offers.Frames(keys, v, qrNoon, time.Hour); got != nil {
		t.Errorf("a used voucher has %d frames", len(got))
	}
}

// TestQRKeysTurn: a picture is read with the public key of its time alone, and every time has one.
func TestQRKeysTurn(t *testing.T) {
	t.Parallel()
	keys := qrKeys(t)
	turn := models.Millis(int64(qrNoon)/offers.QRKeyLife.Milliseconds()*offers.QRKeyLife.Milliseconds()) + models.Millis(offers.QRKeyLife.Milliseconds())
	public := offers.QRKeys(keys, turn-1, turn)
	if len(public) != 2 || public[0].To != turn || public[1].From != turn || public[0].Public.Equal(public[1].Public) {
		t.Fatalf("around the turn the keys are %+v", public)
	}
	v := shown()
	v.ValidTo = turn.Add(time.Hour)
	for i, at := range []models.Millis{turn - 1, turn} {
		text := offers.Frames(keys, v, at, offers.QRWindow)[0].Text
		raw, err := base64.RawURLEncoding.DecodeString(text[3:])
		if err != nil {
			t.Fatal(err)
		}
		message := append([]byte("siyu voucher qr\x00"), raw[:35]...)
		for j, k := range public {
			if ed25519.Verify(k.Public, message, raw[35:]) != (i == j) {
				t.Errorf("key %d reads picture %d: %t", j, i, i != j)
			}
		}
	}
}

func TestParseQRRefuses(t *testing.T) {
	t.Parallel()
	good := offers.Frames(qrKeys(t), shown(), qrNoon, offers.QRWindow)[0].Text
	for _, text := range []string{"", "S1.", good[:134], good + "A", good[:60] + "\n" + good[61:], "S2." + good[3:],
		strings.Replace(good, ".", "!", 1), "S1.B" + good[4:], "https://example.com/", strings.Repeat("S1.", 10_000)} {
		_, err := offers.ParseQR(text)
		wantCode(t, err, "qr_unreadable")
	}
	if _, err := offers.ParseQR(" " + good + "\n"); err != nil || !offers.IsQR("\t"+good) || offers.IsQR("0000-0000-0000") {
		t.Errorf("space around a picture: %v", err)
	}
}

func FuzzParseQR(f *testing.F) {
	keys := qrKeys(f)
	f.Add(offers.Frames(keys, shown(), qrNoon, offers.QRWindow)[0].Text)
	f.Add("S1.AQ")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := offers.ParseQR(text)
		if err != nil {
			return
		}
		if q.String() != strings.TrimSpace(text) {
			t.Fatalf("%q reads as %q", text, q)
		}
		if q.VerifyAt(keys, qrNoon, 100*365*24*time.Hour) == nil && q.Voucher != 911 {
			t.Fatalf("%q is forged", text)
		}
	})
}
