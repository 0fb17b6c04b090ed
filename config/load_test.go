package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"siyu/config"
)

// goodKey is 32 bytes in base64, made for these tests.
const goodKey = "q0N8b1hQ3k2JmY5rT7vWzX9aCdEfGhIjKlMnOpQrStU="

const goodAES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

// write puts a configuration file into the test's own directory.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "siyu.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// problems loads and wants a list of problems back.
func problems(t *testing.T, path string, environ ...string) config.Problems {
	t.Helper()
	_, err := config.Load(path, environ)
	if err == nil {
		t.Fatal("loaded, want problems")
	}
	list, ok := errors.AsType[config.Problems](err)
	if !ok {
		t.Fatalf("error is a %T, want Problems: %v", err, err)
	}
	return list
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]string{
		"addr":         {cfg.Addr, "127.0.0.1:8080"},
		"metrics_addr": {cfg.MetricsAddr, "127.0.0.1:8081"},
		"db":           {cfg.DB.Reveal(), "sqlite:siyu.db"},
		"wechat_api":   {cfg.WeChatAPI, "https://api.weixin.qq.com"},
		"wecom_api":    {cfg.WeComAPI, "https://qyapi.weixin.qq.com"},
		"lang":         {cfg.Lang, config.Chinese},
		"log_level":    {cfg.LogLevel, "info"},
		"public_url":   {cfg.PublicURL, ""},
		"secret_key":   {cfg.SecretKey.Reveal(), ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s = %q, want %q", name, pair[0], pair[1])
		}
	}
	if cfg.Official.IsSet() || cfg.MiniProgram.IsSet() || cfg.WeCom.IsSet() {
		t.Error("an account is set up by default")
	}
	if notes := cfg.Notes(); len(notes) != 0 {
		t.Errorf("defaults have notes: %v", notes)
	}
}

func TestLayersWinInOrder(t *testing.T) {
	t.Parallel()
	path := write(t, "addr: :9000\nlang: en\npublic_url: https://file.example\nmetrics_addr: off\nlog_level:\nwecom_agent_id: 1000002\n"+
		"wecom_corp_id: ww0123456789abcdef\nwecom_secret: s\nwecom_token: t\nwecom_aes_key: "+goodAES+"\n")
	cfg, err := config.Load(path, []string{"SIYU_PUBLIC_URL=https://env.example/", "SIYU_LANG=", "SIYU_LOG_LEVEL= warn "})
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2]string{
		"file over default":        {cfg.Addr, ":9000"},
		"environment over file":    {cfg.PublicURL, "https://env.example"},
		"empty word is not given":  {cfg.Lang, "en"},
		"environment over default": {cfg.LogLevel, "warn"},
		"off":                      {cfg.MetricsAddr, ""},
		"untouched default":        {cfg.DB.Reveal(), "sqlite:siyu.db"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", name, pair[0], pair[1])
		}
	}
	if cfg.WeCom.AgentID != 1000002 {
		t.Errorf("agent id = %d", cfg.WeCom.AgentID)
	}
}

func TestForeignWordsAreLeftAlone(t *testing.T) {
	t.Parallel()
	environ := []string{
		"SIYU_TEST_MYSQL_DSN=x", "SIYU_PORT=tcp://10.0.0.1:80", "SIYU_PORT_80_TCP_ADDR=10.0.0.1",
		"SIYU_SERVICE_HOST=10.0.0.1", "SIYU_SERVICE_PORT_HTTP=80", "SIYUAN=1",
	}
	if _, err := config.Load("", environ); err != nil {
		t.Error(err)
	}
}

func TestUnknownWordsNameTheNearest(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, file, env, want string }{
		{"letter missing in the file", "publc_url: https://a.example", "", "public_url"},
		{"hyphen", "metrics-addr: :1", "", "metrics_addr"},
		{"capitals", "Addr: :1", "", "addr"},
		{"nested", "official:\n  app_id: wx", "", "official_app_id"},
		{"environment", "", "SIYU_DATABASE=sqlite:x.db", "SIYU_"},
		{"environment, letters swapped", "", "SIYU_WECOM_CROP_ID=ww", "SIYU_WECOM_CORP_ID"},
		{"environment, small letters", "", "SIYU_addr=:1", "SIYU_ADDR"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			path := ""
			if tc.file != "" {
				path = write(t, tc.file)
			}
			list := problems(t, path, tc.env)
			if len(list) != 1 {
				t.Fatalf("want one problem, got %v", list)
			}
			for _, lang := range []string{config.English, config.Chinese} {
				if got := list[0].Text(lang); !strings.Contains(got, tc.want) {
					t.Errorf("%q does not name %q", got, tc.want)
				}
			}
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	path := write(t, "addr: nonsense\nsecret_key: short\ndb: postgres://u:hunter2@h/db\nfoo: 1\nofficial_app_id: wx0123456789abcdef\nofficial_token: 12345\n")
	list := problems(t, path, "SIYU_LANG=fr", "SIYU_WECOM_AGENT_ID=many")
	want := []string{"foo", "addr", "db", "secret_key", "official_app_id", "official_token", "wecom_agent_id", "lang"}
	var got []string
	for _, p := range list {
		got = append(got, p.Key)
		if p.What.En == "" || p.What.Zh == "" || p.Remedy.En == "" || p.Remedy.Zh == "" || p.From == "" {
			t.Errorf("%s: a text or its source is missing: %+v", p.Key, p)
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("problems of %v, want %v", got, want)
	}
	text := list.Error() + list.Text(config.Chinese)
	for _, leak := range []string{"hunter2", "short", "12345"} {
		if strings.Contains(text, leak) {
			t.Errorf("the problems quote %q", leak)
		}
	}
	for _, source := range []string{path, "SIYU_LANG"} {
		if !strings.Contains(text, source) {
			t.Errorf("the problems do not name %s", source)
		}
	}
}

func TestUnreadableFiles(t *testing.T) {
	t.Parallel()
	t.Run("Missing", func(t *testing.T) {
		t.Parallel()
		list := problems(t, filepath.Join(t.TempDir(), "none.yaml"))
		if !strings.Contains(list.Error(), "no such file") || !strings.Contains(list.Text("zh-CN"), "文件不存在") {
			t.Error(list)
		}
	})
	t.Run("NotYAML", func(t *testing.T) {
		t.Parallel()
		list := problems(t, write(t, "secret_key: \"hunter2\n"))
		if strings.Contains(list.Error(), "hunter2") {
			t.Error(list)
		}
	})
	t.Run("AList", func(t *testing.T) {
		t.Parallel()
		list := problems(t, write(t, "hunter2 is the password"))
		if strings.Contains(list.Error(), "hunter2") {
			t.Error(list)
		}
	})
	t.Run("TwiceTheSame", func(t *testing.T) {
		t.Parallel()
		list := problems(t, write(t, "addr: :1\naddr: :2\n"))
		if !strings.Contains(list.Error(), "addr") {
			t.Error(list)
		}
	})
}
