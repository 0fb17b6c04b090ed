package models_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestChannelSecrets: secrets are sealed in the row, open with the key they were sealed with, and with no other.
func TestChannelSecrets(t *testing.T) {
	t.Parallel()
	secrets := models.ChannelSecrets{Secret: "app-secret-x", Token: "push-token-y", AESKey: "aes-key-z"}
	eachDSN(t, func(t *testing.T, dsn string) {
		s := openStore(t, dsn)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		var channel models.Channel
		id := testkit.Community(t, s, func(sc *models.Scope) error {
			channel = models.Channel{Kind: models.OfficialAccount, AppID: "wx1"}
			return sc.InsertChannel(&channel, secrets)
		})
		stored, err := s.Read(t.Context()).ChannelByApp(models.OfficialAccount, "wx1")
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"app-secret", "push-token", "aes-key"} {
			if bytes.Contains(stored.Sealed, []byte(word)) {
				t.Errorf("the row holds %q in the clear", word)
			}
		}
		if got, err := s.Read(t.Context()).OpenChannel(stored); err != nil || got != secrets {
			t.Errorf("%v", err)
		}
		other, err := models.Open(t.Context(), models.Options{DSN: dsn, Secret: []byte(strings.Repeat("another key ", 4))})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Close() }()
		got, err := other.Read(t.Context()).OpenChannel(stored)
		if err == nil || got != (models.ChannelSecrets{}) || !strings.Contains(err.Error(), "SIYU_SECRET_KEY") {
			t.Errorf("another key: %v", err)
		}
		err = s.Tx(t.Context(), func(tx *models.Tx) error {
			return tx.In(id).InsertChannel(&models.Channel{Kind: models.OfficialAccount, AppID: "wx1"}, secrets)
		})
		if models.CodeOf(err) != "channel_taken" {
			t.Errorf("connected twice: %v", err)
		}
	})
}

// TestSecretsDoNotPrint: nothing that prints shows what must not be seen.
func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	secrets := models.ChannelSecrets{Secret: "app-secret-x", Token: "push-token-y", AESKey: "aes-key-z"}
	push := models.Inbox{ID: 9, Body: []byte("somebody's words"), DedupeKey: "m:1"}
	session := models.Session{Kind: models.MiniSession, TokenHash: "feedface", SessionKey: []byte("sealed")}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secrets", secrets, "push", push, "session", session)
	all := log.String() + fmt.Sprintf("%v %+v %#v %s", secrets, secrets, secrets, secrets)
	for _, word := range []string{"app-secret", "push-token", "aes-key", "words", "feedface", "sealed"} {
		if strings.Contains(all, word) {
			t.Errorf("%q is printed: %s", word, all)
		}
	}
}

// TestKeys: each purpose has a key of its own, nothing opens changed, and equal words seal differently each time.
func TestKeys(t *testing.T) {
	t.Parallel()
	k, err := models.NewKeys([]byte(testkit.Secret))
	if err != nil {
		t.Fatal(err)
	}
	plain := []byte("a word")
	sealed := k.Seal("one", plain)
	if got, err := k.Open("one", sealed); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("%q, %v", got, err)
	}
	if bytes.Equal(sealed, k.Seal("one", plain)) {
		t.Error("two seals are equal")
	}
	if _, err := k.Open("two", sealed); err == nil {
		t.Error("another purpose opens it")
	}
	for i := range sealed {
		broken := bytes.Clone(sealed)
		broken[i] ^= 1
		if _, err := k.Open("one", broken); err == nil {
			t.Errorf("opens with byte %d changed", i)
		}
		if _, err := k.Open("one", sealed[:i]); err == nil {
			t.Errorf("opens when cut to %d bytes", i)
		}
	}
	if a, b := k.MAC("one", plain), k.MAC("one", plain); !bytes.Equal(a, b) || len(a) != 32 {
		t.Error("a lookup key is not stable")
	}
	if bytes.Equal(k.MAC("one", plain), k.MAC("two", plain)) {
		t.Error("two purposes have one lookup key")
	}
	for n, ok := range map[int]bool{0: false, models.MinSecret - 1: false, models.MinSecret: true} {
		if _, err := models.NewKeys(make([]byte, n)); (err == nil) != ok {
			t.Errorf("a secret of %d bytes: %v", n, err)
		}
	}
	secret := bytes.Repeat([]byte("s"), models.MinSecret)
	own, err := models.NewKeys(secret)
	if err != nil {
		t.Fatal(err)
	}
	before := own.MAC("x", plain)
	clear(secret)
	if !bytes.Equal(before, own.MAC("x", plain)) {
		t.Error("the keys follow the caller's slice")
	}
}

// TestPasswords: only the right one opens, and a zero account has none.
func TestPasswords(t *testing.T) {
	t.Parallel()
	const cost = 4 // bcrypt's least: this test is not about how slow it is
	hash, err := models.HashPassword("correct horse", cost)
	if err != nil {
		t.Fatal(err)
	}
	a := models.Account{ID: 1, PasswordHash: hash}
	for password, ok := range map[string]bool{"correct horse": true, "correct hors": false, "": false, "CORRECT HORSE": false,
		strings.Repeat("x", 500): false} {
		if a.CheckPassword(password) != ok {
			t.Errorf("%.20q: %v", password, !ok)
		}
		if (models.Account{}).CheckPassword(password) {
			t.Errorf("nobody's password is %.20q", password)
		}
	}
	for _, bad := range []string{"", "short", strings.Repeat("长", 25)} {
		if _, err := models.HashPassword(bad, cost); models.CodeOf(err) != "bad_password" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
