package doctor_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"siyu/cmd/siyu/app"
	"siyu/cmd/siyu/doctor"
	"siyu/config"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// ward is an installation that runs: a simulated WeChat, a store, and the server between them.
type ward struct {
	sim    *wechatsim.Sim
	store  *models.Store
	config config.Config
	server *httptest.Server
}

func newWard(t *testing.T) *ward {
	t.Helper()
	w := &ward{}
	path := filepath.Join(t.TempDir(), "siyu.db")
	var handler http.Handler
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handler.ServeHTTP(rw, r) }))
	t.Cleanup(w.server.Close)
	var err error
	if w.sim, err = wechatsim.NewDefault(wechatsim.Options{Seed: 1, Now: models.WallClock{}.Now}, w.server.URL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.sim.Close)
	if _, err := w.sim.NewWeComGroup(t.Context(), wechatsim.DefaultCorpID, wechatsim.GroupSpec{Name: "g", OwnerUserID: "lin", Silent: true}); err != nil {
		t.Fatal(err)
	}
	platform := httptest.NewServer(w.sim.Handler())
	t.Cleanup(platform.Close)
	w.store, err = models.Open(t.Context(), models.Options{DSN: "sqlite:" + path, Secret: []byte(testkit.Secret), Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	if _, err := w.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.connect(t)
	a, err := app.New(t.Context(), app.Options{Store: w.store, PublicURL: w.server.URL, WeChatAPI: platform.URL, WeComAPI: platform.URL, LoopbackOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	handler = a.Handler
	w.config, err = config.Load("", []string{"SIYU_SECRET_KEY=" + testkit.Secret, "SIYU_DB=sqlite:" + path,
		"SIYU_PUBLIC_URL=" + w.server.URL, "SIYU_WECHAT_API=" + platform.URL, "SIYU_WECOM_API=" + platform.URL})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *ward) connect(t *testing.T) {
	t.Helper()
	known := wechatsim.DefaultAccounts("")
	err := w.store.Tx(t.Context(), func(tx *models.Tx) error {
		c := models.Community{Name: "c", Zone: "America/Vancouver"}
		if err := tx.InsertCommunity(&c); err != nil {
			return err
		}
		sc := tx.In(c.ID)
		for _, x := range []struct {
			c models.Channel
			s models.ChannelSecrets
		}{
			{models.Channel{Kind: models.OfficialAccount, AppID: known.Official.AppID},
				models.ChannelSecrets{Secret: known.Official.Secret, Token: known.Official.Token, AESKey: known.Official.AESKey}},
			{models.Channel{Kind: models.MiniProgram, AppID: known.MiniProgram.AppID},
				models.ChannelSecrets{Secret: known.MiniProgram.Secret, Token: known.MiniProgram.Token, AESKey: known.MiniProgram.AESKey}},
			{models.Channel{Kind: models.WeCom, AppID: known.WeCom.CorpID, AgentID: known.WeCom.AgentID},
				models.ChannelSecrets{Secret: known.WeCom.Secret, Token: known.WeCom.Token, AESKey: known.WeCom.AESKey}},
		} {
			if err := sc.InsertChannel(&x.c, x.s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *ward) examine(ctx context.Context) []doctor.Finding {
	return doctor.Examine(ctx, doctor.Options{Config: w.config, Store: w.store})
}

// TestHealthy: where everything is in order, nothing fails, and every check has been made.
func TestHealthy(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	made := map[string]int{}
	for _, f := range w.examine(t.Context()) {
		made[f.Check]++
		if f.Level == doctor.Bad || (f.Level == doctor.Warn && f.Check != "public_url") { // which is not https here
			t.Errorf("%s %s: %s", f.Check, f.About, f.What.En)
		}
	}
	for check, want := range map[string]int{"config": 1, "database": 1, "schema": 1, "account": 3, "jobs": 1, "clock": 1, "public_url": 1,
		"callback": 3, "token": 3, "quota": 2, "network": 1, "templates": 1, "wecom": 4} {
		if made[check] < want {
			t.Errorf("%s: %d findings, want %d", check, made[check], want)
		}
	}
}

// TestAilments: what is broken is found, said in both languages, and has a remedy.
func TestAilments(t *testing.T) {
	t.Parallel()
	const official = "official " + wechatsim.DefaultOfficialAppID
	for name, c := range map[string]struct {
		harm         func(*testing.T, *ward)
		check, about string
		level        doctor.Level
		says         string // in the remedy or the finding
	}{
		"no public address": {func(_ *testing.T, w *ward) { w.config.PublicURL = "" }, "public_url", "", doctor.Bad, "SIYU_PUBLIC_URL"},
		"server is down":    {func(_ *testing.T, w *ward) { w.server.Close() }, "public_url", "", doctor.Bad, "siyu serve"},
		"down, callback":    {func(_ *testing.T, w *ward) { w.server.Close() }, "callback", official, doctor.Bad, "public_url"},
		"somebody else answers": {func(t *testing.T, w *ward) {
			other := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write([]byte("<html>")) }))
			t.Cleanup(other.Close)
			w.config.PublicURL = other.URL
		}, "public_url", "", doctor.Bad, "proxy"},
		"another key": {func(t *testing.T, w *ward) {
			s, err := models.Open(t.Context(), models.Options{DSN: w.config.DB.Reveal(), Secret: []byte("another secret of more than thirty-two bytes")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			w.store = s
		}, "account", official, doctor.Bad, "SIYU_SECRET_KEY"},
		"wrong secret": {func(_ *testing.T, w *ward) {
			w.sim.Fail("/cgi-bin/stable_token", wechatsim.Fault{Errcode: 40125, Times: -1})
		}, "token", official, doctor.Bad, "secret is wrong"},
		"address unknown": {func(t *testing.T, w *ward) {
			if err := w.sim.SetWhitelist(wechatsim.DefaultOfficialAppID, "203.0.113.7"); err != nil {
				t.Fatal(err)
			}
		}, "token", official, doctor.Bad, "enter 127.0.0.1 in the IP allow-list"},
		"quota refused": {func(_ *testing.T, w *ward) {
			w.sim.Fail("/cgi-bin/openapi/quota/get", wechatsim.Fault{Errcode: 45009, Times: -1})
		}, "quota", official + " /cgi-bin/user/info", doctor.Warn, "clear it"},
		"template gone": {func(t *testing.T, w *ward) {
			err := w.store.Tx(t.Context(), func(tx *models.Tx) error {
				all, err := tx.Communities()
				if err != nil {
					return err
				}
				return tx.In(all[0].ID).InsertTemplate(&models.Template{AppID: wechatsim.DefaultMiniProgramAppID, TemplateID: "gone",
					Title: "Pick-up", Content: "{{thing1.DATA}}", Kind: models.TemplateOnce, Enums: "{}", State: models.TemplateActive})
			})
			if err != nil {
				t.Fatal(err)
			}
		}, "templates", "miniprogram " + wechatsim.DefaultMiniProgramAppID + " Pick-up", doctor.Warn, "does not have it"},
		"no right to groups": {func(_ *testing.T, w *ward) {
			w.sim.Fail("/cgi-bin/externalcontact/groupchat/list", wechatsim.Fault{Errcode: 48002, Times: -1})
		}, "wecom", "work " + wechatsim.DefaultCorpID, doctor.Bad, "right"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWard(t)
			c.harm(t, w)
			found := false
			for _, f := range w.examine(t.Context()) {
				for _, s := range []string{f.What.En, f.What.Zh, f.Remedy.En, f.Remedy.Zh} {
					if strings.Contains(s, "%!") || strings.Contains(s, "(MISSING)") {
						t.Errorf("%s: %q", f.Check, s)
					}
				}
				if f.Level != doctor.Good && f.Level != doctor.Note && (f.Remedy.En == "" || f.Remedy.Zh == "") {
					t.Errorf("%s %s: no remedy for %q", f.Check, f.About, f.What.En)
				}
				found = found || f.Check == c.check && f.Level == c.level && (c.about == "" || f.About == c.about) &&
					strings.Contains(f.What.En+" "+f.Remedy.En, c.says)
			}
			if !found {
				t.Errorf("nobody says %q under %s", c.says, c.check)
			}
		})
	}
}

// TestNothingToRead: without a schema the examination ends there, with one remedy.
func TestNothingToRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new.db")
	s, err := models.Open(t.Context(), models.Options{DSN: "sqlite:" + path, Secret: []byte(testkit.Secret)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	cfg, err := config.Load("", []string{"SIYU_SECRET_KEY=" + testkit.Secret, "SIYU_DB=sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	all := doctor.Examine(t.Context(), doctor.Options{Config: cfg, Store: s})
	last := all[len(all)-1]
	if last.Check != "schema" || last.Level != doctor.Bad || !strings.Contains(last.Remedy.En, "migrate up") {
		t.Errorf("%+v", last)
	}
}

// TestSlowOutside: what does not answer is told as such, without the address that was asked.
func TestSlowOutside(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	gate := make(chan struct{})
	mute := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-gate:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(mute.Close)
	t.Cleanup(func() { close(gate) })
	w.config.PublicURL = mute.URL
	impatient := &http.Client{Timeout: 100 * time.Millisecond}
	for _, f := range doctor.Examine(t.Context(), doctor.Options{Config: w.config, Store: w.store, HTTP: impatient}) {
		if f.Check == "callback" && (f.Level != doctor.Bad || strings.Contains(f.What.En, "signature=")) {
			t.Errorf("%s: %s", f.Level, f.What.En)
		}
	}
}
