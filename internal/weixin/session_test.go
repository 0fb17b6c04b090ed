package weixin_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"siyu/internal/weixin"
)

const (
	sessionKey = "tiihtNczf5v6AKRyjwEUhQ=="
	sessionIV  = "r7BXXKkLb8qrSNn05n0qiA=="
)

// phone encrypts as the member's WeChat does.
func phone(plain []byte) string {
	key, _ := base64.StdEncoding.DecodeString(sessionKey)
	iv, _ := base64.StdEncoding.DecodeString(sessionIV)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, plain)
	return base64.StdEncoding.EncodeToString(out)
}

func pad16(s string) []byte {
	n := 16 - len(s)%16
	return append([]byte(s), bytes.Repeat([]byte{byte(n)}, n)...)
}

func groupData(appID string, at int64) string {
	return fmt.Sprintf(`{"opengid":"tG1","group_openid":"go1","chat_type":3,"watermark":{"timestamp":%d,"appid":%q}}`, at, appID)
}

func TestGroupEntry(t *testing.T) {
	t.Parallel()
	now := time.Unix(testNow, 0)
	plain, err := weixin.DecryptData(sessionKey, phone(pad16(groupData("wxmini", testNow-60))), sessionIV, "wxmini", now, 5*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	got, err := weixin.ParseGroupEntry(plain)
	want := weixin.GroupEntry{OpenGID: "tG1", GroupOpenID: "go1", ChatType: weixin.ChatOrdinaryGroup}
	if err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	got, err = weixin.ParseGroupEntry([]byte(`{"openGId":"tG1","chat_type":"4"}`))
	if err != nil || got != (weixin.GroupEntry{OpenGID: "tG1", ChatType: weixin.ChatWeComGroup}) {
		t.Errorf("%+v %v", got, err)
	}
	got, err = weixin.ParseGroupEntry([]byte(`{"open_single_roomid":"r"}`))
	if err != nil || got.OpenSingleRoomID != "r" {
		t.Errorf("%+v %v", got, err)
	}
	for _, bad := range []string{"", "{}", "[]", `{"opengid":null}`} {
		if _, err := weixin.ParseGroupEntry([]byte(bad)); !errors.Is(err, weixin.ErrMalformed) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestDecryptDataRejects(t *testing.T) {
	t.Parallel()
	now := time.Unix(testNow, 0)
	good := phone(pad16(groupData("wxmini", testNow)))
	uneven := pad16(groupData("wxmini", testNow) + " ")
	uneven[len(uneven)-2] ^= 1
	b64 := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	for name, c := range map[string]struct{ key, data, iv, app string }{
		"15 bytes":          {sessionKey, b64(15), sessionIV, "wxmini"},
		"17 bytes":          {sessionKey, b64(17), sessionIV, "wxmini"},
		"nothing":           {sessionKey, "", sessionIV, "wxmini"},
		"not base64":        {sessionKey, "?", sessionIV, "wxmini"},
		"short key":         {b64(15), good, sessionIV, "wxmini"},
		"long key":          {b64(32), good, sessionIV, "wxmini"},
		"no key":            {"", good, sessionIV, "wxmini"},
		"another key":       {b64(16), good, sessionIV, "wxmini"},
		"short iv":          {sessionKey, good, b64(15), "wxmini"},
		"no iv":             {sessionKey, good, "", "wxmini"},
		"another app":       {sessionKey, good, sessionIV, "wxother"},
		"no app":            {sessionKey, good, sessionIV, ""},
		"no watermark":      {sessionKey, phone(pad16(`{"opengid":"tG1"}`)), sessionIV, "wxmini"},
		"old":               {sessionKey, phone(pad16(groupData("wxmini", testNow-3601))), sessionIV, "wxmini"},
		"from the future":   {sessionKey, phone(pad16(groupData("wxmini", testNow+301))), sessionIV, "wxmini"},
		"padding 0":         {sessionKey, phone(make([]byte, 32)), sessionIV, "wxmini"},
		"padding 17":        {sessionKey, phone(bytes.Repeat([]byte{17}, 32)), sessionIV, "wxmini"},
		"padding uneven":    {sessionKey, phone(uneven), sessionIV, "wxmini"},
		"not json":          {sessionKey, phone(pad16("hello")), sessionIV, "wxmini"},
		"nothing but a pad": {sessionKey, phone(pad16("")), sessionIV, "wxmini"},
	} {
		if got, err := weixin.DecryptData(c.key, c.data, c.iv, c.app, now, time.Hour); !errors.Is(err, weixin.ErrRejected) || got != nil {
			t.Errorf("%s: %s %v", name, got, err)
		}
	}
	if _, err := weixin.DecryptData(sessionKey, strings.Repeat("A", 65<<10), sessionIV, "wxmini", now, 0); !errors.Is(err, weixin.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	old := phone(pad16(groupData("wxmini", 1)))
	if _, err := weixin.DecryptData(sessionKey, old, sessionIV, "wxmini", now, 0); err != nil {
		t.Errorf("age unchecked: %v", err)
	}
}

func TestSameSignature(t *testing.T) {
	t.Parallel()
	if !weixin.SameSignature("ab", "ab") || weixin.SameSignature("ab", "ac") || weixin.SameSignature("ab", "abc") {
		t.Error("wrong")
	}
}
