package weixin_test

import (
	"strings"
	"testing"

	"siyu/internal/weixin"
)

// TestDedupeKeyFits: others have another name, and every name fits where it is kept, whatever a push says.
func TestDedupeKeyFits(t *testing.T) {
	t.Parallel()
	const keyBytes = 80 // of the inbox
	key := func(body string) string {
		m, err := weixin.ParseMessage([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return m.DedupeKey([]byte(body))
	}
	text := func(id string) string {
		return "<xml><MsgType>text</MsgType><MsgId>" + id + "</MsgId></xml>"
	}
	if got := key(text("23238331420000001")); got != "m:23238331420000001" {
		t.Errorf("a message is named %q", got)
	}
	seen := map[string]string{}
	for _, id := range []string{"1", "1 ", "", "18446744073709551615", strings.Repeat("7", 200), strings.Repeat("7", 201), "x", "X"} {
		k := key(text(id))
		if other, taken := seen[strings.TrimRight(k, " ")]; taken || len(k) > keyBytes { // MariaDB compares without the spaces at the end
			t.Errorf("%q is named %q, as is %q", id, k, other)
		}
		seen[strings.TrimRight(k, " ")] = id
	}
	if key("<xml><MsgType>event</MsgType><MsgID>1</MsgID></xml>") == key(text("1")) {
		t.Error("an event has a message's name")
	}
}
