package weixin

import (
	"net/url"
	"strings"
)

// maxQuery bounds the query string of a push in bytes; an honest one has about 300.
const maxQuery = 8 << 10

// Query holds the parameters of a push URL that mean something to us, decoded.
type Query struct {
	Signature    string // over token, timestamp and nonce
	MsgSignature string // over token, timestamp, nonce and the ciphertext
	Timestamp    string // seconds
	Nonce        string
	EncryptType  string // "aes" for encrypted pushes of Official Accounts and Mini Programs
	Echostr      string // only when the platform verifies the URL
	OpenID       string // not covered by any signature: never trust it
}

// ParseQuery reads the raw query string of a push. A parameter given twice or one that does not decode is ErrMalformed;
// unknown parameters are ignored.
func ParseQuery(raw string) (Query, error) {
	var q Query
	if len(raw) > maxQuery {
		return q, ErrMalformed
	}
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		key, value, _ := strings.Cut(pair, "=")
		field := q.field(key)
		if field == nil || value == "" {
			continue
		}
		if *field != "" {
			return Query{}, ErrMalformed
		}
		if strings.ContainsAny(value, "%+") {
			var err error
			if value, err = url.QueryUnescape(value); err != nil {
				return Query{}, ErrMalformed
			}
		}
		*field = value
	}
	// An unescaped + of the base64 echostr arrives as a space; base64 has no spaces, so undo it.
	if strings.Contains(q.Echostr, " ") {
		q.Echostr = strings.ReplaceAll(q.Echostr, " ", "+")
	}
	return q, nil
}

func (q *Query) field(key string) *string {
	switch key {
	case "signature":
		return &q.Signature
	case "msg_signature":
		return &q.MsgSignature
	case "timestamp":
		return &q.Timestamp
	case "nonce":
		return &q.Nonce
	case "encrypt_type":
		return &q.EncryptType
	case "echostr":
		return &q.Echostr
	case "openid":
		return &q.OpenID
	}
	return nil
}

// seconds reads the timestamp. Exactly ten digits are accepted (the years 2001 to 2286): the platform's signature joins
// its parts without separators, and a fixed width leaves a replayer fewer ways to cut the joined text into a fresh
// timestamp and another nonce.
func (q *Query) seconds() (int64, bool) {
	if len(q.Timestamp) != 10 || q.Timestamp[0] == '0' || q.Nonce == "" {
		return 0, false
	}
	var n int64
	for _, c := range []byte(q.Timestamp) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}
