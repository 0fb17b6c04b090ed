package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // the platform's signatures are SHA-1
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"siyu/internal/weixin"
)

const (
	appID   = "wxb11529c136998cb6"
	token   = "pamtest"
	key     = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	nonce   = "1320562132"
	welcome = "欢迎！点这里进群：https://siyu.example/e/7Kd93hQa"
	// text is a text message of the size of the official sample.
	text = "<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n<FromUserName><![CDATA[oyORnuP8q7ou2gfYjqLzSIWZf0rs]]></FromUserName>\n" +
		"<CreateTime>1409735668</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[abcdteT]]></Content>\n" +
		"<MsgId>6054768590064713728</MsgId>\n</xml>"
)

// workload is one push and its answer.
type workload struct {
	name string
	do   func() error
}

func workloads(now func() time.Time) ([]workload, error) {
	block, iv, err := keyBlock()
	if err != nil {
		return nil, err
	}
	at := strconv.FormatInt(now().Unix(), 10)
	encrypted := seal(block, iv, text)
	outer := "<xml>\n    <ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n    <Encrypt><![CDATA[" + encrypted + "]]></Encrypt>\n</xml>"
	plainQuery := url.Values{
		"signature": {sign(token, at, nonce)}, "timestamp": {at}, "nonce": {nonce}, "openid": {"oyORnuP8q7ou2gfYjqLzSIWZf0rs"},
	}
	aesQuery := url.Values{"encrypt_type": {"aes"}, "msg_signature": {sign(token, at, nonce, encrypted)}}
	for k, v := range plainQuery {
		aesQuery[k] = v
	}
	freshness := weixin.Options{Now: now, Freshness: time.Hour}
	plainOurs, err := weixin.NewReceiver(weixin.Account{Kind: weixin.Official, ID: appID, Token: token, Plain: true}, freshness)
	if err != nil {
		return nil, err
	}
	aesOurs, err := weixin.NewReceiver(weixin.Account{Kind: weixin.Official, ID: appID, Token: token, AESKey: key}, freshness)
	if err != nil {
		return nil, err
	}
	weixin.InstallSDK() // silences the SDK's logger
	sdk := officialaccount.NewOfficialAccount(&config.Config{AppID: appID, Token: token, EncodingAESKey: key, Cache: noCache{}})
	return []workload{
		{"plain ours", ours(plainOurs, plainQuery.Encode(), text)},
		{"plain sdk", theirs(sdk, plainQuery.Encode(), text)},
		{"aes ours", ours(aesOurs, aesQuery.Encode(), outer)},
		{"aes sdk", theirs(sdk, aesQuery.Encode(), outer)},
		{"aes floor", floor(block, iv, encrypted)},
	}, nil
}

var errWrong = errors.New("wrong answer")

// request is what a server hands to a handler.
func request(query, body string) *http.Request {
	return &http.Request{
		Method: http.MethodPost, URL: &url.URL{Path: "/wechat", RawQuery: query}, Header: http.Header{"Content-Type": {"text/xml"}},
		Body: io.NopCloser(strings.NewReader(body)),
	}
}

// sink is a response that counts.
type sink struct {
	header http.Header
	size   int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(b []byte) (int, error) { s.size += len(b); return len(b), nil }

func ours(r *weixin.Receiver, query, body string) func() error {
	return func() error {
		req, w := request(query, body), &sink{header: http.Header{}}
		b, err := r.ReadBody(req.Body)
		if err != nil {
			return err
		}
		env, err := r.Open(req.URL.RawQuery, b)
		if err != nil {
			return err
		}
		if env.Message.Content != "abcdteT" {
			return errWrong
		}
		answer, kind, err := r.Seal(weixin.Text{Content: welcome}, env.Message, env.Nonce)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", kind)
		_, err = w.Write(answer)
		return err
	}
}

func theirs(sdk *officialaccount.OfficialAccount, query, body string) func() error {
	return func() error {
		w := &sink{header: http.Header{}}
		srv := sdk.GetServer(request(query, body), w)
		var content string
		srv.SetMessageHandler(func(m *message.MixMessage) *message.Reply {
			content = m.Content
			return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(welcome)}
		})
		if err := srv.Serve(); err != nil {
			return err
		}
		if err := srv.Send(); err != nil {
			return err
		}
		if content != "abcdteT" || w.size == 0 {
			return errWrong
		}
		return nil
	}
}

// floor is the cryptography alone: SHA-1 and AES over the bytes that come in and over about as many that go out, without
// parsing, base64 or memory.
func floor(block cipher.Block, iv []byte, encrypted string) func() error {
	in, _ := base64.StdEncoding.DecodeString(encrypted)
	work, joined := make([]byte, len(in)), []byte(token+nonce+"1409735668"+encrypted)
	return func() error {
		sum := sha1.Sum(joined) //nolint:gosec // see above
		copy(work, in)
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(work, work)
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(work, work)
		back := sha1.Sum(joined) //nolint:gosec // see above
		if sum != back || !bytes.Equal(work, in) {
			return errWrong
		}
		return nil
	}
}

func keyBlock() (cipher.Block, []byte, error) {
	raw, err := base64.StdEncoding.DecodeString(key + "=")
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(raw)
	return block, raw[:aes.BlockSize], err
}

// seal encrypts as the platform does.
func seal(block cipher.Block, iv []byte, message string) string {
	b := []byte("0123456789abcdef")
	b = binary.BigEndian.AppendUint32(b, uint32(len(message))) //nolint:gosec // a constant
	b = append(append(b, message...), appID...)
	n := 32 - len(b)%32
	b = append(b, bytes.Repeat([]byte{byte(n)}, n)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(b, b)
	return base64.StdEncoding.EncodeToString(b)
}

func sign(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}

// noCache is for an SDK client that makes no calls.
type noCache struct{}

func (noCache) Get(string) any                       { return nil }
func (noCache) Set(string, any, time.Duration) error { return nil }
func (noCache) IsExist(string) bool                  { return false }
func (noCache) Delete(string) error                  { return nil }
