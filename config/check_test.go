package config_test

import (
	"bytes"
	"strings"
	"testing"

	"siyu/config"
)

func TestValues(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ env, want string }{ // want: a piece of the problem, empty when it is fine
		{"SIYU_ADDR=:8080", ""},
		{"SIYU_ADDR=[::1]:0", ""},
		{"SIYU_ADDR=8080", "HOST:PORT"},
		{"SIYU_ADDR=localhost:70000", "HOST:PORT"},
		{"SIYU_ADDR=localhost:http", "HOST:PORT"},
		{"SIYU_METRICS_ADDR=off", ""},
		{"SIYU_METRICS_ADDR=127.0.0.1:8080", "same as addr"},
		{"SIYU_METRICS_ADDR=x", "HOST:PORT"},
		{"SIYU_PUBLIC_URL=http://localhost:8080/", ""},
		{"SIYU_PUBLIC_URL=siyu.example.com", "not an http"},
		{"SIYU_PUBLIC_URL=ftp://siyu.example.com", "not an http"},
		{"SIYU_PUBLIC_URL=https://siyu.example.com/console", "behind the host"},
		{"SIYU_PUBLIC_URL=https://siyu.example.com?x=1", "behind the host"},
		{"SIYU_PUBLIC_URL=https://u:p@siyu.example.com", "not an http"},
		{"SIYU_WECHAT_API=http://127.0.0.1:9300/mp", ""},
		{"SIYU_WECHAT_API=api.weixin.qq.com", "not an http"},
		{"SIYU_WECOM_API=https://", "not an http"},
		{"SIYU_REDIS_URL=rediss://u:p@cache:6380/1", ""},
		{"SIYU_REDIS_URL=cache:6379", "not a redis address"},
		{"SIYU_LANG=en", ""},
		{"SIYU_LANG=zh", "zh-Hans, en"},
		{"SIYU_LOG_LEVEL=trace", "debug, info, warn, error"},
		{"SIYU_DB=sqlite:/var/lib/siyu/siyu.db", ""},
		{"SIYU_DB=sqlite:", "names no file"},
		{"SIYU_DB=sqlite:a.db?_txlock=deferred", "has parameters"},
		{"SIYU_DB=siyu.db", "neither sqlite nor mysql"},
		{"SIYU_DB=mysql:siyu:p@tcp(127.0.0.1:3306)/siyu?parseTime=true", ""},
		{"SIYU_DB=mysql:root@unix(/run/mysqld/mysqld.sock)/siyu", ""},
		{"SIYU_DB=mysql://siyu:hunter2@db/siyu", "written as a URL"},
		{"SIYU_DB=mysql:siyu:hunter2@tcp(db:3306)", "no slash"},
		{"SIYU_DB=mysql:siyu:hunter2@tcp(db:3306)/", "names no database"},
		{"SIYU_DB=mysql:tcp(db:3306)/siyu", "names no user"},
		{"SIYU_DB=mysql:siyu:hunter2@tcp(db:3306/siyu", "closing bracket"},
		{"SIYU_DB=mysql:siyu:hunter2@db:3306/siyu", "without tcp( )"},
		{"SIYU_DB=mysql:siyu:hunter2@tcp(db:3306)/siyu?parseTime=perhaps", "true or false"},
		{"SIYU_DB=mysql:siyu:hunter2@tcp(db:3306)/siyu?loc=Mars%2FOlympus", "time zone"},
		{"SIYU_DB=mysql:siyu:hunter2@tcp(db:3306)/siyu?timeout=soon", "duration"},
		{"SIYU_SECRET_KEY=" + goodKey, ""},
		{"SIYU_SECRET_KEY=0123456789abcdef0123456789abcdef", ""},
		{"SIYU_SECRET_KEY=hunter2", "has 7 bytes"},
		{"SIYU_SECRET_KEY=" + strings.Repeat("ab", 32), "repeats itself"},
		{"SIYU_WECOM_AGENT_ID=-1", "below zero"},
		{"SIYU_WECOM_AES_KEY=" + goodAES[1:], "has 42 characters"},
		{"SIYU_OFFICIAL_AES_KEY=" + goodAES[1:] + "!", "other characters"},
		{"SIYU_OFFICIAL_APP_ID=wx0123456789abcdef", "without official_app_secret, official_token, official_aes_key"},
	} {
		t.Run(tc.env, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load("", []string{tc.env})
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && err == nil:
				t.Errorf("accepted, want %q", tc.want)
			case tc.want != "" && !strings.Contains(err.Error(), tc.want):
				t.Errorf("%v does not say %q", err, tc.want)
			case err != nil && strings.Contains(err.Error(), "hunter2"):
				t.Errorf("the password is in: %v", err)
			}
		})
	}
}

func TestKeyForms(t *testing.T) {
	t.Parallel()
	raw := []byte("kQ9!mZ2#pL7$xR4%tV8^wB3&nC6*hD1@")
	for _, tc := range []struct {
		name, text string
		want       []byte
	}{
		{"plain", string(raw), raw},
		{"hex", "6b5139216d5a3223704c372478523425745638 5e77423326", nil},
		{"base64", "a1E5IW1aMiNwTDckeFI0JXRWOF53QjMmbkM2KmhEMUA=", raw},
		{"base64 without padding", "a1E5IW1aMiNwTDckeFI0JXRWOF53QjMmbkM2KmhEMUA", raw},
		{"hex of 32 bytes", "6b5139216d5a3223704c3724785234257456385e774233266e43362a68443140", raw},
		{"none", "", []byte{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			want := tc.want
			if want == nil {
				want = []byte(tc.text)
			}
			if got := (config.Config{SecretKey: config.NewSecret(tc.text)}).Key(); !bytes.Equal(got, want) {
				t.Errorf("got %d bytes, want %d", len(got), len(want))
			}
		})
	}
}

func TestRequire(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load("", []string{"SIYU_PUBLIC_URL=https://siyu.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.Require("public_url", "db"); err != nil {
		t.Error(err)
	}
	err = cfg.Require("secret_key", "public_url", "console_dir")
	if err == nil {
		t.Fatal("nothing is missing")
	}
	for _, want := range []string{"openssl rand -base64 32", "SIYU_CONSOLE_DIR"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "public_url") {
		t.Errorf("public_url is given: %v", err)
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load("", []string{
		"SIYU_PUBLIC_URL=http://siyu.example.com", "SIYU_REDIS_URL=redis://:hunter2@cache",
		"SIYU_MINIPROGRAM_APP_ID=sim-mini", "SIYU_MINIPROGRAM_APP_SECRET=hunter2",
		"SIYU_MINIPROGRAM_TOKEN=hunter2", "SIYU_MINIPROGRAM_AES_KEY=" + goodAES,
	})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, n := range cfg.Notes() {
		keys = append(keys, n.Key)
		if n.What.En == "" || n.What.Zh == "" || strings.Contains(n.Text(config.English), "hunter2") {
			t.Errorf("note %+v", n)
		}
	}
	if got, want := strings.Join(keys, " "), "public_url redis_url miniprogram_app_id"; got != want {
		t.Errorf("notes on %q, want %q", got, want)
	}
}
