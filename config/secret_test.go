package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"siyu/config"
)

func TestSecretNeverPrints(t *testing.T) {
	t.Parallel()
	const value = "hunter2"
	cfg := config.Config{SecretKey: config.NewSecret(value), Official: config.Official{AppSecret: config.NewSecret(value)}}
	hidden := struct{ inner config.Secret }{cfg.SecretKey}

	prints := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%o"} {
		for name, arg := range map[string]any{
			"secret": cfg.SecretKey, "pointer": &cfg.SecretKey, "config": cfg, "unexported": hidden,
		} {
			prints[verb+" of "+name] = fmt.Sprintf(verb, arg)
		}
	}
	asJSON, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var logs bytes.Buffer
	slog.New(slog.NewTextHandler(&logs, nil)).Info("x", "secret", cfg.SecretKey, "config", cfg)
	slog.New(slog.NewJSONHandler(&logs, nil)).Info("x", "secret", cfg.SecretKey, "config", cfg)
	prints["json"], prints["yaml"], prints["slog"] = string(asJSON), string(asYAML), logs.String()

	for name, text := range prints {
		for _, leak := range []string{value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value)} {
			if strings.Contains(text, leak) {
				t.Errorf("%s gives it away: %s", name, text)
			}
		}
	}
	if got := fmt.Sprintf("%v|%s", cfg.SecretKey, config.Secret{}); got != "[secret]|" {
		t.Errorf("prints as %q", got)
	}
	if cfg.SecretKey.Reveal() != value || !cfg.SecretKey.Equal(config.NewSecret(value)) {
		t.Error("the value is lost")
	}
}
