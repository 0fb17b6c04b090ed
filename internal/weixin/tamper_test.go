package weixin_test

import (
	"bytes"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"siyu/internal/weixin"
)

// push is what arrives.
type push struct {
	query url.Values
	body  []byte
}

// push makes what the platform would send for a message.
func (f forge) push(message string) push {
	enc := f.encrypt(message)
	return push{f.query(enc), xmlBody(enc)}
}

// sealed signs any ciphertext.
func (f forge) sealed(enc string) push { return push{f.query(enc), xmlBody(enc)} }

// rejected wants the one error for every push, and a wrapped one would already say too much.
func rejected(t *testing.T, r *weixin.Receiver, pushes map[string]push) {
	t.Helper()
	for name, p := range pushes {
		if env, err := r.Open(p.query.Encode(), p.body); err != weixin.ErrRejected || env.Plain != nil { //nolint:errorlint // see above
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestForgedPushes(t *testing.T) {
	t.Parallel()
	f := newForge()
	good := f.push(textMessage)
	sig := good.query.Get("msg_signature")
	edited := func(key, value string) push {
		q := maps.Clone(good.query)
		q.Set(key, value)
		return push{q, good.body}
	}
	at := func(sec int64) push {
		g := f
		g.time = strconv.FormatInt(sec, 10)
		return g.push(textMessage)
	}
	otherKey, otherID, otherToken := f, f, f
	otherKey.key, otherID.id, otherToken.token = strings.Repeat("A", 43), "wx0000000000000000", "guess"
	rejected(t, receiver(t, testAccount(), testNow), map[string]push{
		"no signatures":         {url.Values{"timestamp": {f.time}, "nonce": {f.nonce}}, good.body},
		"three-part signature":  edited("msg_signature", good.query.Get("signature")),
		"signature in capitals": edited("msg_signature", strings.ToUpper(sig)),
		"signature cut":         edited("msg_signature", sig[:39]),
		"another timestamp":     edited("timestamp", strconv.Itoa(testNow+1)),
		"another nonce":         edited("nonce", "1320562133"),
		"timestamp and nonce change places": {
			url.Values{"timestamp": {f.nonce}, "nonce": {f.time}, "msg_signature": {sig}}, good.body,
		},
		"plain body (downgrade)":     {good.query, []byte(textMessage)},
		"plain push (downgrade)":     {f.plainQuery(), []byte(textMessage)},
		"plain json (downgrade)":     {f.plainQuery(), []byte(`{"MsgType":"text"}`)},
		"encrypt_type raw":           {edited("encrypt_type", "raw").query, []byte(textMessage)},
		"empty Encrypt":              f.sealed(""),
		"stale by a second":          at(testNow - 601),
		"ahead by a second":          at(testNow + 601),
		"twelve years old":           at(1409735669),
		"timestamp of nine digits":   at(790000000),
		"timestamp of eleven digits": at(17900000000),
		"wrong token":                otherToken.push(textMessage),
		"wrong key":                  otherKey.push(textMessage),
		"wrong receive id":           otherID.push(textMessage),
	})
}

// These are signed with the right token, so that only decryption is left to refuse them.
func TestBrokenLayouts(t *testing.T) {
	t.Parallel()
	f := newForge()
	cbc := func(b []byte) push { return f.sealed(f.cbc(b)) }
	length := func(change int) push {
		b := f.layout(textMessage)
		b[18] += byte((int(b[19]) + change) >> 8)
		b[19] += byte(change)
		return cbc(pad(b))
	}
	overflow := f.layout(textMessage)
	copy(overflow[16:20], []byte{0xff, 0xff, 0xff, 0xff})
	tail := func(last byte) push { // the last byte of the padding
		b := pad(f.layout(textMessage))
		b[len(b)-1] = last
		return cbc(b)
	}
	uneven := pad(f.layout(textMessage))
	uneven[len(uneven)-2] ^= 1
	rejected(t, receiver(t, testAccount(), testNow), map[string]push{
		"not base64":              f.sealed("!!!!"),
		"15 bytes":                f.sealed("QUFBQUFBQUFBQUFBQUFB"),
		"33 bytes":                f.sealed("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB"),
		"16 bytes":                cbc(f.layout(textMessage)[:16]),
		"length overflow":         cbc(pad(overflow)),
		"length into the padding": length(len(f.id) + 1),
		"length too long by one":  length(1),
		"length too short by one": length(-1),
		"padding inconsistent":    cbc(uneven),
		"padding 0":               tail(0),
		"padding 33":              tail(33),
		"padding 255":             tail(255),
		"only padding":            cbc(bytes.Repeat([]byte{32}, 32)),
	})
}

// Every single bit of what is signed matters, and so does every byte of the ciphertext.
func TestEveryBitCounts(t *testing.T) {
	t.Parallel()
	r, f := receiver(t, testAccount(), testNow), newForge()
	enc := f.encrypt(textMessage)
	q := f.query(enc)
	for _, key := range []string{"msg_signature", "timestamp", "nonce"} {
		for i := range q.Get(key) {
			for bit := range 8 {
				b := []byte(q.Get(key))
				b[i] ^= 1 << bit
				bad := maps.Clone(q)
				bad.Set(key, string(b))
				if _, err := r.Open(bad.Encode(), xmlBody(enc)); err == nil {
					t.Errorf("%s byte %d bit %d", key, i, bit)
				}
			}
		}
	}
	for i := range enc {
		for _, bit := range []byte{1, 32} {
			b := []byte(enc)
			b[i] ^= bit
			if _, err := r.Open(q.Encode(), jsonBody(string(b))); err == nil {
				t.Errorf("Encrypt byte %d bit %d", i, bit)
			}
		}
	}
}

// All paddings from 1 to 32 are the platform's; a usual 16-byte unpad fails on half of them.
func TestPaddings(t *testing.T) {
	t.Parallel()
	r, f := receiver(t, testAccount(), testNow), newForge()
	seen := map[int]bool{}
	for n := range 32 {
		message := "<xml><MsgType>" + strings.Repeat("x", n) + "</MsgType></xml>"
		seen[32-len(f.layout(message))%32] = true
		enc := f.encrypt(message)
		if env, err := r.Open(f.query(enc).Encode(), xmlBody(enc)); err != nil || string(env.Plain) != message {
			t.Errorf("%d: %v", n, err)
		}
	}
	if len(seen) != 32 {
		t.Errorf("%d paddings seen", len(seen))
	}
}
