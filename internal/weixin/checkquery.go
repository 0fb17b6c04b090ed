package weixin

import (
	"encoding/base64"
	"net/url"
	"strconv"
)

// CheckQuery is the query with which the platform checks a callback address: the address belongs to this account if it
// answers echo. It lets an operator make the check before the platform does.
func (r *Receiver) CheckQuery(echo, nonce string) (url.Values, error) {
	timestamp := strconv.FormatInt(r.now().Unix(), 10)
	q := url.Values{"timestamp": {timestamp}, "nonce": {nonce}, "echostr": {echo}}
	if r.kind != WeCom {
		signature := digest(r.token, timestamp, nonce)
		q.Set("signature", string(signature[:]))
		return q, nil
	}
	sealed, err := r.encrypt(len(echo), func(dst []byte) []byte { return append(dst, echo...) })
	if err != nil {
		return nil, err
	}
	encrypted := base64.StdEncoding.EncodeToString(sealed)
	signature := digest(r.token, timestamp, nonce, encrypted)
	q.Set("echostr", encrypted)
	q.Set("msg_signature", string(signature[:]))
	return q, nil
}
