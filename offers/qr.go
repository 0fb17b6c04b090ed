package offers

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"

	"siyu/models"
)

// How the rotating QR code of a voucher is made. Changing one of these makes every code on a screen unreadable until the
// Mini Program and the tills have asked again, a minute later.
const (
	// QRWindow is how long one picture is shown. It is accepted in its own window and in the next one, so a screenshot is
	// worth nothing after a minute at the latest.
	QRWindow = 30 * time.Second
	// QRKeyLife is how long one signing key is used; the number of a key is the number of such spans since 1970.
	QRKeyLife = 30 * 24 * time.Hour

	qrMark    = "S1."
	qrVersion = 1
	qrHead    = 1 + 2 + 8 + 8 + 8 + 4 + 4
	qrLength  = qrHead + ed25519.SignatureSize
	qrPurpose = "voucher.qr"
	qrDomain  = "siyu voucher qr\x00" // no other signature of ours can be taken for one of these
)

// QR is what the rotating picture of a voucher says: this voucher could be used in this window. The signature is of the
// community's server; whoever has the public key can read it without a network, and nobody can make one with that key.
type QR struct {
	Key     uint16 // which key signed it
	Voucher models.VoucherID
	Terms   models.TermsID // what was promised with it
	Brand   models.BrandID
	ValidTo models.Millis // to the second, never later than the voucher's
	Window  int64         // the number of the 30 seconds since 1970 in which it is shown

	signature [ed25519.SignatureSize]byte
}

// Frame is one picture of the sequence that the member's page shows.
type Frame struct {
	From models.Millis // shown from here to the next frame, by the server's clock
	To   models.Millis
	Text string // what the picture holds
}

// IsQR reports whether somebody scanned, rather than typed, a code.
func IsQR(text string) bool { return strings.HasPrefix(strings.TrimSpace(text), qrMark) }

// WindowAt is the number of the window a moment lies in.
func WindowAt(at models.Millis) int64 { return int64(at) / QRWindow.Milliseconds() }

// windowStart is when a window begins.
func windowStart(window int64) models.Millis { return models.Millis(window * QRWindow.Milliseconds()) }

// keyAt is the number of the key that signs in a window.
func keyAt(window int64) uint16 {
	return uint16(int64(windowStart(window)) / QRKeyLife.Milliseconds()) //nolint:gosec // enough until the year 7350
}

// qrKey derives a signing key from the house's secret: every server has the same ones, and none is stored.
func qrKey(keys *models.Keys, number uint16) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(keys.MAC(qrPurpose, binary.BigEndian.AppendUint16(nil, number)))
}

// Frames are the pictures of a voucher from a moment on, for as long as ahead says. There is none for a time in which the
// voucher is not valid, so a picture that is signed needs nothing else to say that it was; and none once it is used up.
func Frames(keys *models.Keys, v models.Voucher, from models.Millis, ahead time.Duration) []Frame {
	if v.State != models.VoucherIssued {
		return nil
	}
	first, last := WindowAt(from), WindowAt(from.Add(ahead))
	var all []Frame
	for w := first; w < last; w++ {
		if windowStart(w) < v.ValidFrom || windowStart(w) >= v.ValidTo {
			continue
		}
		all = append(all, Frame{From: windowStart(w), To: windowStart(w + 1), Text: signQR(keys, v, w).String()})
	}
	return all
}

func signQR(keys *models.Keys, v models.Voucher, window int64) QR {
	q := QR{Key: keyAt(window), Voucher: v.ID, Terms: v.Promise(), Brand: v.BrandID, ValidTo: v.ValidTo - v.ValidTo%1000, Window: window}
	copy(q.signature[:], ed25519.Sign(qrKey(keys, q.Key), q.message()))
	return q
}

// wire is what a picture says, as it is signed.
type wire struct {
	Version               uint8
	Key                   uint16
	Voucher, Terms, Brand int64
	ValidTo               uint32 // seconds
	Window                uint32
}

// head is everything but the signature.
func (q QR) head() []byte {
	w := wire{Version: qrVersion, Key: q.Key, Voucher: int64(q.Voucher), Terms: int64(q.Terms), Brand: int64(q.Brand),
		ValidTo: uint32(int64(q.ValidTo) / 1000), Window: uint32(q.Window)} //nolint:gosec // enough until the year 2106
	b, err := binary.Append(make([]byte, 0, qrLength), binary.BigEndian, w)
	if err != nil {
		panic(err) // only a type of another kind does that
	}
	return b
}

func (q QR) message() []byte { return append([]byte(qrDomain), q.head()...) }

// String is the text of the picture: 135 characters, a QR code of version 8.
func (q QR) String() string {
	return qrMark + base64.RawURLEncoding.EncodeToString(append(q.head(), q.signature[:]...))
}

// ParseQR reads the text of a picture. It says nothing about who made it: that is [QR.Verify].
func ParseQR(text string) (QR, error) {
	text, ours := strings.CutPrefix(strings.TrimSpace(text), qrMark)
	if !ours || len(text) != base64.RawURLEncoding.EncodedLen(qrLength) {
		return QR{}, unreadable()
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != qrLength {
		return QR{}, unreadable()
	}
	var w wire
	if _, err := binary.Decode(raw, binary.BigEndian, &w); err != nil || w.Version != qrVersion {
		return QR{}, unreadable()
	}
	q := QR{Key: w.Key, Voucher: models.VoucherID(w.Voucher), Terms: models.TermsID(w.Terms), Brand: models.BrandID(w.Brand),
		ValidTo: models.Millis(int64(w.ValidTo) * 1000), Window: int64(w.Window)}
	copy(q.signature[:], raw[qrHead:])
	if q.Voucher <= 0 || q.Terms <= 0 || q.Brand <= 0 {
		return QR{}, unreadable()
	}
	return q, nil
}

func unreadable() error {
	return models.Errorf(models.Invalid, "qr_unreadable", "this is not the picture of a voucher").With("field", "code")
}

// Verify reports whether the picture was made by us and is shown now: qr_forged, qr_stale and qr_early say what is wrong.
// Which voucher it is and whether that may be used is for the caller to look up.
func (q QR) Verify(keys *models.Keys, now models.Millis) error { return q.VerifyAt(keys, now, 0) }

// VerifyAt is Verify for a moment told by a device whose clock may be wrong by skew.
func (q QR) VerifyAt(keys *models.Keys, at models.Millis, skew time.Duration) error {
	if q.Key != keyAt(q.Window) || !ed25519.Verify(qrKey(keys, q.Key).Public().(ed25519.PublicKey), q.message(), q.signature[:]) {
		return models.Errorf(models.Invalid, "qr_forged", "the picture was not made by this community").With("field", "code")
	}
	switch {
	case WindowAt(at.Add(-skew)) > q.Window+1:
		return models.Errorf(models.Conflict, "qr_stale", "the picture is older than a minute").With("field", "code")
	case WindowAt(at.Add(skew)) < q.Window:
		return models.Errorf(models.Conflict, "qr_early", "the picture is not shown yet").With("field", "code")
	}
	return nil
}

// QRPublic is a public key that tills check pictures with, without a network.
type QRPublic struct {
	Key    uint16
	Public ed25519.PublicKey
	From   models.Millis // it signs pictures shown from here
	To     models.Millis // to here
}

// QRKeys are the public keys of all pictures shown between two moments.
func QRKeys(keys *models.Keys, from, to models.Millis) []QRPublic {
	var all []QRPublic
	for n := keyAt(WindowAt(from)); n <= keyAt(WindowAt(to)); n++ {
		start := models.Millis(int64(n) * QRKeyLife.Milliseconds())
		all = append(all, QRPublic{Key: n, Public: qrKey(keys, n).Public().(ed25519.PublicKey), From: start, To: start.Add(QRKeyLife)})
	}
	return all
}
