package weixin_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"siyu/internal/weixin"
)

// The account most tests push to, and the moment they do it.
const (
	testID    = "wxb11529c136998cb6"
	testToken = "pamtest"
	testKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	testNow   = 1790000000
)

const textMessage = "<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n" +
	"<FromUserName><![CDATA[oyORnuP8q7ou2gfYjqLzSIWZf0rs]]></FromUserName>\n<CreateTime>1790000000</CreateTime>\n" +
	"<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[你好 & <b>]]></Content>\n<MsgId>6054768590064713728</MsgId>\n</xml>"

func clock(sec int64) func() time.Time {
	return func() time.Time { return time.Unix(sec, 0) }
}

func testAccount() weixin.Account {
	return weixin.Account{Kind: weixin.Official, ID: testID, Token: testToken, AESKey: testKey}
}

func receiver(t testing.TB, a weixin.Account, now int64) *weixin.Receiver {
	t.Helper()
	r, err := weixin.NewReceiver(a, weixin.Options{Now: clock(now)})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sha(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// forge makes pushes as the platform would, and as it would not.
type forge struct {
	token, key, id string
	random         string // 16 bytes
	time, nonce    string
}

func newForge() forge {
	return forge{
		token: testToken, key: testKey, id: testID, random: "0123456789abcdef",
		time: strconv.Itoa(testNow), nonce: "1320562132",
	}
}

// layout is the plaintext before padding.
func (f forge) layout(message string) []byte {
	b := []byte(f.random)
	b = binary.BigEndian.AppendUint32(b, uint32(len(message)))
	return append(append(b, message...), f.id...)
}

func pad(b []byte) []byte {
	n := 32 - len(b)%32
	return append(b, bytes.Repeat([]byte{byte(n)}, n)...)
}

// cbc encrypts blocks as they are.
func (f forge) cbc(b []byte) string {
	key, err := base64.StdEncoding.DecodeString(f.key + "=")
	if err != nil {
		panic(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(b))
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(out, b)
	return base64.StdEncoding.EncodeToString(out)
}

func (f forge) encrypt(message string) string { return f.cbc(pad(f.layout(message))) }

// query signs a ciphertext as the platform does: both signatures are there.
func (f forge) query(encrypt string) url.Values {
	return url.Values{
		"signature": {sha(f.token, f.time, f.nonce)}, "timestamp": {f.time}, "nonce": {f.nonce},
		"openid": {"oyORnuP8q7ou2gfYjqLzSIWZf0rs"}, "encrypt_type": {"aes"},
		"msg_signature": {sha(f.token, f.time, f.nonce, encrypt)},
	}
}

func (f forge) plainQuery() url.Values {
	return url.Values{"signature": {sha(f.token, f.time, f.nonce)}, "timestamp": {f.time}, "nonce": {f.nonce}}
}

func xmlBody(encrypt string) []byte {
	return []byte("<xml>\n    <ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n    <Encrypt><![CDATA[" + encrypt + "]]></Encrypt>\n</xml>")
}

func jsonBody(encrypt string) []byte {
	return []byte(`{"ToUserName":"gh_10f6c3c3ac5a","Encrypt":"` + encrypt + `"}`)
}
