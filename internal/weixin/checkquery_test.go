package weixin_test

import (
	"strings"
	"testing"
	"time"

	"siyu/internal/weixin"
)

// TestCheckQuery makes the platform's check of an address for each kind of account; only the account's own words pass.
func TestCheckQuery(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Unix(1_790_000_000, 0) }
	for _, kind := range []weixin.Kind{weixin.Official, weixin.MiniProgram, weixin.WeCom} {
		account := weixin.Account{Kind: kind, ID: "wx0123456789abcdef", Token: "word", AESKey: strings.Repeat("a", 43)}
		mine, err := weixin.NewReceiver(account, weixin.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		account.Token = "another word"
		other, err := weixin.NewReceiver(account, weixin.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		values, err := mine.CheckQuery("1288432023552776189", "nonce")
		if err != nil {
			t.Fatal(err)
		}
		q, err := weixin.ParseQuery(values.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if echo, err := mine.VerifyURL(q); err != nil || echo != "1288432023552776189" {
			t.Errorf("%v: %q, %v", kind, echo, err)
		}
		if _, err := other.VerifyURL(q); err == nil {
			t.Errorf("%v: an account with another word accepts the check", kind)
		}
	}
}
