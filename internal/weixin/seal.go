package weixin

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
)

// Content types of a sealed reply.
const (
	contentText = "text/plain; charset=utf-8"
	contentXML  = "application/xml; charset=utf-8"
	contentJSON = "application/json; charset=utf-8"
)

// replyHint is how many bytes a short reply takes around its words.
const replyHint = 512

// Seal makes the answer to the push msg: its body and its content type. A nil reply is the bare word success. The reply
// goes back in the format the message came in, and encrypted if the message was or if the account is not a plain one, then
// under our own timestamp, the nonce of the request and fresh random bytes.
func (r *Receiver) Seal(reply Reply, msg Message, nonce string) (body []byte, contentType string, err error) {
	if reply == nil {
		return []byte(success), contentText, nil
	}
	if err := reply.check(); err != nil {
		return nil, "", err
	}
	contentType = contentXML
	if msg.Format == JSON {
		contentType = contentJSON
	}
	now := r.now().Unix()
	hint := replyHint
	if t, ok := reply.(Text); ok {
		hint += len(t.Content)
	}
	if r.block == nil || (r.plain && !msg.Encrypted) {
		body, err = appendReply(make([]byte, 0, hint), reply, msg, now)
		return body, contentType, err
	}
	var writeErr error
	sealed, err := r.encrypt(hint, func(dst []byte) []byte {
		dst, writeErr = appendReply(dst, reply, msg, now)
		return dst
	})
	if err == nil {
		err = writeErr
	}
	if err != nil {
		return nil, "", fmt.Errorf("weixin: seal a %s reply: %w", reply.msgType(), err)
	}
	body, err = r.envelope(sealed, msg.Format, strconv.FormatInt(now, 10), nonce)
	return body, contentType, err
}

// envelope signs a ciphertext and wraps it.
func (r *Receiver) envelope(sealed []byte, format Format, timestamp, nonce string) ([]byte, error) {
	encrypt := base64.StdEncoding.EncodeToString(sealed)
	signature := digest(r.token, timestamp, nonce, encrypt)
	if format == JSON {
		return json.Marshal(struct {
			Encrypt      string
			MsgSignature string
			TimeStamp    json.RawMessage
			Nonce        string
		}{encrypt, string(signature[:]), json.RawMessage(timestamp), nonce})
	}
	dst := make([]byte, 0, len(encrypt)+replyHint)
	dst = append(dst, "<xml>"...)
	dst = appendElement(dst, "Encrypt", encrypt)
	dst = appendElement(dst, "MsgSignature", string(signature[:]))
	dst = append(dst, "<TimeStamp>"...)
	dst = append(dst, timestamp...)
	dst = append(dst, "</TimeStamp>"...)
	dst = appendElement(dst, "Nonce", nonce)
	return append(dst, "</xml>"...), nil
}
