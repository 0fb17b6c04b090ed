package weixin

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"
)

// Kind says which of the platform's three products an account belongs to.
type Kind int

// The kinds of account.
const (
	Official    Kind = iota + 1 // an Official Account (subscription or service account)
	MiniProgram                 // a Mini Program
	WeCom                       // one app of a WeCom corp
)

// String names the kind for logs.
func (k Kind) String() string {
	switch k {
	case Official:
		return "official"
	case MiniProgram:
		return "miniprogram"
	case WeCom:
		return "wecom"
	}
	return "unknown"
}

// Account is what the console of an account says about its pushes.
type Account struct {
	Kind   Kind
	ID     string // appid, or corpid for WeCom: the receive id at the end of every encrypted message
	Token  string // the word shared with the platform for signatures
	AESKey string // EncodingAESKey, 43 characters; may be empty for a Plain account
	// Plain says that the account is set to plain mode in its console. Without it a push that is not encrypted is
	// refused. A plain account which has an AESKey still opens encrypted pushes, so a switch in the console does no harm.
	Plain bool
}

// Defaults of Options.
const (
	DefaultFreshness = 10 * time.Minute
	DefaultMaxBody   = 256 << 10 // the largest documented push is far below; compatible mode triples a body
)

// Options of a Receiver.
type Options struct {
	Now       func() time.Time // required: the clock for the freshness window and for replies
	Freshness time.Duration    // how far a signed timestamp may be from now, either way; 0 means DefaultFreshness
	MaxBody   int              // bytes; 0 means DefaultMaxBody
	Random    io.Reader        // source of the 16 random bytes of a reply; nil means crypto/rand
}

// Receiver opens the pushes of one account and seals its passive replies. It is safe for concurrent use.
type Receiver struct {
	kind      Kind
	id        string
	token     string
	plain     bool
	block     cipher.Block // nil when the account has no key
	iv        [aes.BlockSize]byte
	now       func() time.Time
	freshness time.Duration
	maxBody   int
	random    io.Reader
}

// NewReceiver checks the account and prepares its key once.
func NewReceiver(a Account, o Options) (*Receiver, error) {
	if err := checkAccount(a); err != nil {
		return nil, err
	}
	if o.Now == nil {
		return nil, errors.New("weixin: a receiver needs a clock")
	}
	r := &Receiver{
		kind: a.Kind, id: a.ID, token: a.Token, plain: a.Plain,
		now: o.Now, freshness: o.Freshness, maxBody: o.MaxBody, random: o.Random,
	}
	if r.freshness <= 0 {
		r.freshness = DefaultFreshness
	}
	if r.maxBody <= 0 {
		r.maxBody = DefaultMaxBody
	}
	if r.random == nil {
		r.random = rand.Reader
	}
	if a.AESKey == "" {
		return r, nil
	}
	key, err := decodeKey(a.AESKey)
	if err != nil {
		return nil, fmt.Errorf("weixin: account %s: %w", a.ID, err)
	}
	if r.block, err = aes.NewCipher(key); err != nil {
		return nil, fmt.Errorf("weixin: account %s: %w", a.ID, err)
	}
	copy(r.iv[:], key)
	return r, nil
}

func checkAccount(a Account) error {
	switch {
	case a.Kind < Official || a.Kind > WeCom:
		return fmt.Errorf("weixin: account %q has unknown kind %d", a.ID, a.Kind)
	case a.ID == "":
		return errors.New("weixin: account without an id")
	case a.Token == "":
		return fmt.Errorf("weixin: account %s has no callback token", a.ID)
	case a.Kind == WeCom && a.Plain:
		return fmt.Errorf("weixin: account %s: WeCom has no plain mode", a.ID)
	case a.AESKey == "" && !a.Plain:
		return fmt.Errorf("weixin: account %s has no AES key and is not set to plain mode", a.ID)
	}
	return nil
}

// decodeKey turns the 43 characters of the console into 32 bytes. The last character may carry bits that no byte uses
// (official samples do), so decoding must not be strict.
func decodeKey(s string) ([]byte, error) {
	if len(s) != 43 {
		return nil, fmt.Errorf("AES key has %d characters, want 43", len(s))
	}
	key, err := base64.StdEncoding.DecodeString(s + "=")
	if err != nil || len(key) != 32 {
		return nil, errors.New("AES key is not base64") // the decoder's error would quote the key
	}
	return key, nil
}
