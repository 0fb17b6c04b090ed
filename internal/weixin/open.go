package weixin

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Format is the notation of a message.
type Format int

// The formats. Official Accounts and WeCom push XML; a Mini Program pushes what its console says.
const (
	XML Format = iota
	JSON
)

// Envelope is one authentic push.
type Envelope struct {
	Plain     []byte // the message body, decrypted; what an inbox should keep
	Format    Format // of Plain
	Encrypted bool
	Timestamp int64 // of the signature, seconds
	Nonce     string
	Message   Message
}

// usualBody is room for nearly every push, in bytes.
const usualBody = 1536

// ReadBody reads a request body, at most Options.MaxBody bytes of it; a longer one is ErrTooLarge.
func (r *Receiver) ReadBody(body io.Reader) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(usualBody)
	if _, err := b.ReadFrom(io.LimitReader(body, int64(r.maxBody)+1)); err != nil {
		return nil, err
	}
	if b.Len() > r.maxBody {
		return nil, ErrTooLarge
	}
	return b.Bytes(), nil
}

// VerifyURL answers the platform's GET that checks a callback address: the text to send back, or ErrRejected. WeCom sends
// its echo encrypted, the others plain.
func (r *Receiver) VerifyURL(q Query) (string, error) {
	if q.Echostr == "" || !r.fresh(q) {
		return "", ErrRejected
	}
	if r.kind != WeCom {
		if !signed(q.Signature, digest(r.token, q.Timestamp, q.Nonce)) {
			return "", ErrRejected
		}
		return q.Echostr, nil
	}
	if !signed(q.MsgSignature, digest(r.token, q.Timestamp, q.Nonce, q.Echostr)) {
		return "", ErrRejected
	}
	echo, err := r.decrypt(q.Echostr)
	return string(echo), err
}

// Open authenticates, decrypts and parses one push. Errors are ErrTooLarge, ErrMalformed and ErrRejected; see HTTPStatus.
//
// An account with a key opens only the encrypted part of a body, under a signature that covers it; what stands beside it in
// compatible mode is ignored. Retries of the platform are opened again: refuse them with Message.DedupeKey.
func (r *Receiver) Open(rawQuery string, body []byte) (Envelope, error) {
	if len(body) > r.maxBody {
		return Envelope{}, ErrTooLarge
	}
	q, err := ParseQuery(rawQuery)
	if err != nil {
		return Envelope{}, err
	}
	encrypted := !r.plain || q.EncryptType == "aes"
	var plain []byte
	if encrypted {
		plain, err = r.unseal(q, body)
	} else {
		plain, err = r.accept(q, body)
	}
	if err != nil {
		return Envelope{}, err
	}
	env := Envelope{Plain: plain, Encrypted: encrypted, Nonce: q.Nonce}
	env.Timestamp, _ = q.seconds()
	if env.Message, err = ParseMessage(plain); err != nil {
		return Envelope{}, err
	}
	env.Message.Encrypted = encrypted
	env.Format = env.Message.Format
	return env, nil
}

// unseal is the way of an encrypted push: signature over the ciphertext, freshness, decryption, receive id.
func (r *Receiver) unseal(q Query, body []byte) ([]byte, error) {
	if r.block == nil {
		return nil, ErrRejected
	}
	encrypt, err := ciphertext(body)
	if err != nil {
		return nil, err
	}
	if encrypt == "" || !signed(q.MsgSignature, digest(r.token, q.Timestamp, q.Nonce, encrypt)) || !r.fresh(q) {
		return nil, ErrRejected
	}
	return r.decrypt(encrypt)
}

// accept is the way of a plain push. Its signature does not cover the body: that is why a key is better.
func (r *Receiver) accept(q Query, body []byte) ([]byte, error) {
	if !signed(q.Signature, digest(r.token, q.Timestamp, q.Nonce)) || !r.fresh(q) {
		return nil, ErrRejected
	}
	return body, nil
}

func (r *Receiver) fresh(q Query) bool {
	at, ok := q.seconds()
	if !ok {
		return false
	}
	return r.now().Sub(time.Unix(at, 0)).Abs() <= r.freshness
}

// ciphertext finds Encrypt in the outer body; it is empty when the body has none.
func ciphertext(body []byte) (string, error) {
	doc, format, err := document(body)
	if err != nil {
		return "", err
	}
	if format == JSON {
		var outer struct{ Encrypt string }
		if err := json.Unmarshal(doc, &outer); err != nil {
			return "", ErrMalformed
		}
		return outer.Encrypt, nil
	}
	return xmlField(string(doc), "Encrypt")
}

// document drops a byte order mark and space around a body and tells its format.
func document(body []byte) ([]byte, Format, error) {
	doc := bytes.Trim(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(doc) == 0 {
		return nil, XML, ErrMalformed
	}
	switch doc[0] {
	case '<':
		return doc, XML, nil
	case '{':
		return doc, JSON, nil
	}
	return nil, XML, ErrMalformed
}

// valid replaces what is not UTF-8: members can and do send it, and one bad byte must not lose a message.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
