package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // the platform's signatures are SHA-1
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// people is how many different openids write.
const people = 1000

// account is the Official Account everybody writes to.
type account struct {
	appID, token string
	key          string // EncodingAESKey, 43 characters
	block        cipher.Block
	iv           []byte
	next         atomic.Int64 // MsgId
	now          func() time.Time
}

func newAccount(appID, token, key string, now func() time.Time) (*account, error) {
	raw, err := base64.StdEncoding.DecodeString(key + "=")
	if err != nil {
		return nil, fmt.Errorf("the AES key: %w", err)
	}
	a := &account{appID: appID, token: token, key: key, now: now, iv: raw[:aes.BlockSize]}
	a.block, err = aes.NewCipher(raw)
	a.next.Store(now().UnixNano())
	return a, err
}

// request is one push that was never sent before, as the bytes of its HTTP request: an encrypted text message of the size
// of the official sample.
func (a *account) request(host string) []byte {
	id, at := a.next.Add(1), strconv.FormatInt(a.now().Unix(), 10)
	nonce := strconv.FormatInt(id%1_000_000_000, 10)
	encrypted := a.seal("<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n<FromUserName><![CDATA[" +
		fmt.Sprintf("oyORnuP8q7ou2gfYjqLzSIWZ%04d", id%people) + "]]></FromUserName>\n<CreateTime>" + at + "</CreateTime>\n" +
		"<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[周末去哪儿？]]></Content>\n<MsgId>" + strconv.FormatInt(id, 10) +
		"</MsgId>\n</xml>")
	body := "<xml>\n    <ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n    <Encrypt><![CDATA[" + encrypted + "]]></Encrypt>\n</xml>"
	return []byte("POST /wechat/official/" + a.appID + "?signature=" + sign(a.token, at, nonce) + "&timestamp=" + at + "&nonce=" + nonce +
		"&openid=oyORnuP8q7ou2gfYjqLzSIWZ&encrypt_type=aes&msg_signature=" + sign(a.token, at, nonce, encrypted) + " HTTP/1.1\r\n" +
		"Host: " + host + "\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nContent-Type: text/xml\r\nContent-Length: " +
		strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}

// seal encrypts as the platform does.
func (a *account) seal(message string) string {
	b := []byte("0123456789abcdef")
	b = binary.BigEndian.AppendUint32(b, uint32(len(message))) //nolint:gosec // some hundred bytes
	b = append(append(b, message...), a.appID...)
	n := 32 - len(b)%32
	b = append(b, bytes.Repeat([]byte{byte(n)}, n)...)
	cipher.NewCBCEncrypter(a.block, a.iv).CryptBlocks(b, b)
	return base64.StdEncoding.EncodeToString(b)
}

func sign(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}
