package wechatsim_test

import (
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	secret := wechatsim.DefaultOfficialSecret
	wantCode(t, w.get(t, "/cgi-bin/token", "grant_type", "client_credential", "appid", "wx0", "secret", secret), 40013)
	wantCode(t, w.get(t, "/cgi-bin/token", "grant_type", "client_credential", "appid", oaID, "secret", "no"), 40125)
	wantCode(t, w.get(t, "/cgi-bin/token", "grant_type", "password", "appid", oaID, "secret", secret), 40002)
	wantCode(t, w.get(t, "/cgi-bin/gettoken", "corpid", corpID, "corpsecret", "no"), 40001)
	wantCode(t, w.get(t, "/cgi-bin/user/info", "openid", "x"), 41001)
	wantCode(t, w.get(t, "/cgi-bin/user/info", "access_token", "made-up", "openid", "x"), 40014)
	wantCode(t, w.get(t, "/cgi-bin/user/info", "access_token", w.token(t, mpID), "openid", "x"), 48001)
	wantCode(t, w.post(t, "/cgi-bin/user/info", w.token(t, oaID), nil), 43001)
	wantCode(t, w.get(t, "/no/such/path"), 40066)
}

func TestPlainTokenIsReplacedAndTheOldOneFades(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	fetch := func() string {
		return w.get(t, "/cgi-bin/token", "grant_type", "client_credential", "appid", oaID,
			"secret", wechatsim.DefaultOfficialSecret).text("access_token")
	}
	use := func(token string) answer {
		return w.get(t, "/cgi-bin/user/info", "access_token", token, "openid", mei.OpenID(oaID))
	}
	old := fetch()
	fresh := fetch()
	if old == fresh {
		t.Fatal("a second call must give a new token")
	}
	wantCode(t, use(old), 0)
	w.clock.Add(5 * time.Minute)
	wantCode(t, use(old), 42001)
	wantCode(t, use(fresh), 0)
	w.clock.Add(2 * time.Hour)
	wantCode(t, use(fresh), 42001)
}

func TestStableTokenStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	use := func(token string) answer {
		return w.get(t, "/cgi-bin/user/info", "access_token", token, "openid", mei.OpenID(oaID))
	}
	force := func() answer {
		return w.post(t, "/cgi-bin/stable_token", "", map[string]any{"grant_type": "client_credential",
			"appid": oaID, "secret": wechatsim.DefaultOfficialSecret, "force_refresh": true})
	}
	first := w.token(t, oaID)
	if again := w.token(t, oaID); again != first {
		t.Fatal("the token must stay the same while valid")
	}
	forced := force().text("access_token")
	wantCode(t, use(first), 40001)
	wantCode(t, use(forced), 0)
	wantCode(t, force(), 45011)
	for range 19 {
		w.clock.Add(31 * time.Second)
		wantCode(t, force(), 0)
	}
	w.clock.Add(31 * time.Second)
	wantCode(t, force(), 45009)

	last := w.token(t, oaID)
	w.InvalidateTokens(oaID)
	wantCode(t, use(last), 40001)
	next := w.token(t, oaID)
	wantCode(t, use(next), 0)
	w.clock.Add(tokenLife - 4*time.Minute)
	renewed := w.token(t, oaID)
	if renewed == next {
		t.Fatal("in its last five minutes a stable token is renewed")
	}
	wantCode(t, use(next), 0)
}

const tokenLife = 2 * time.Hour

func TestWeComTokenStaysUntilItsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	first := w.token(t, corpID)
	w.clock.Add(tokenLife - time.Second)
	if w.token(t, corpID) != first {
		t.Fatal("the token must stay the same while valid")
	}
	list := map[string]any{"limit": 10}
	wantCode(t, w.post(t, "/cgi-bin/externalcontact/groupchat/list", first, list), 0)
	w.clock.Add(time.Second)
	wantCode(t, w.post(t, "/cgi-bin/externalcontact/groupchat/list", first, list), 42001)
	w.InvalidateTokens(corpID)
	wantCode(t, w.post(t, "/cgi-bin/externalcontact/groupchat/list", first, list), 40014)
}
