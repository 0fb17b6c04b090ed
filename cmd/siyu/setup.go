package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"siyu/config"
	"siyu/models"
)

// configFlag is shared by every command that works on a real installation.
type configFlag struct {
	Config string `help:"Configuration file (YAML). SIYU_ environment variables win over it." short:"c" type:"path" placeholder:"FILE"`
}

// load reads the configuration and tells what it is not used for yet.
func (f configFlag) load(log io.Writer) (config.Config, *slog.Logger, error) {
	cfg, err := config.Load(f.Config, os.Environ())
	if err != nil {
		return cfg, nil, speak(err)
	}
	logger := newLogger(log, cfg.LogLevel)
	for _, n := range cfg.Notes() {
		logger.Warn(n.Text(cfg.Lang))
	}
	return cfg, logger, nil
}

// speak tells configuration problems in the language of the terminal.
func speak(err error) error {
	if problems, ok := errors.AsType[config.Problems](err); ok {
		return errors.New(problems.Text(terminalLanguage()))
	}
	return err
}

func newLogger(w io.Writer, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l}))
}

// openStore opens and migrates the configured database.
func openStore(ctx context.Context, cfg config.Config, clock models.Clock, log *slog.Logger) (*models.Store, error) {
	if err := cfg.Require("secret_key"); err != nil {
		return nil, speak(err)
	}
	store, err := models.Open(ctx, models.Options{DSN: cfg.DB.Reveal(), Secret: cfg.Key(), Clock: clock, Logger: log})
	if err != nil {
		return nil, err
	}
	applied, err := store.Migrate(ctx)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	for _, m := range applied {
		log.InfoContext(ctx, "migrated", "step", m.Name)
	}
	return store, nil
}

// seedChannels connects the accounts of the configuration to the first community; the configuration's secrets win.
func seedChannels(ctx context.Context, store *models.Store, cfg config.Config) error {
	return store.Tx(ctx, func(tx *models.Tx) error {
		all, err := tx.Communities()
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return errors.New("there is no community yet: run siyu admin init first")
		}
		sc := tx.In(all[0].ID)
		for _, c := range configured(cfg) {
			if err := seedChannel(sc, c); err != nil {
				return fmt.Errorf("connect %s %s: %w", c.channel.Kind, c.channel.AppID, err)
			}
		}
		return nil
	})
}

// seedChannel connects an account, or gives a connected one the secrets of the configuration if they changed.
func seedChannel(sc *models.Scope, c configuredChannel) error {
	known, err := sc.ChannelByApp(c.channel.Kind, c.channel.AppID)
	if models.IsKind(err, models.NotFound) {
		return sc.InsertChannel(&c.channel, c.secrets)
	}
	if err != nil {
		return err
	}
	secrets, err := sc.OpenChannel(known)
	if err != nil {
		return err
	}
	if secrets == c.secrets && known.AgentID == c.channel.AgentID {
		return nil
	}
	return sc.In(known.CommunityID).ReplaceChannelSecrets(known.ID, c.channel.AgentID, c.secrets)
}

type configuredChannel struct {
	channel models.Channel
	secrets models.ChannelSecrets
}

func configured(cfg config.Config) []configuredChannel {
	var all []configuredChannel
	if o := cfg.Official; o.IsSet() {
		all = append(all, configuredChannel{models.Channel{Kind: models.OfficialAccount, AppID: o.AppID},
			models.ChannelSecrets{Secret: o.AppSecret.Reveal(), Token: o.Token.Reveal(), AESKey: o.AESKey.Reveal()}})
	}
	if m := cfg.MiniProgram; m.IsSet() {
		all = append(all, configuredChannel{models.Channel{Kind: models.MiniProgram, AppID: m.AppID},
			models.ChannelSecrets{Secret: m.AppSecret.Reveal(), Token: m.Token.Reveal(), AESKey: m.AESKey.Reveal()}})
	}
	if w := cfg.WeCom; w.IsSet() {
		all = append(all, configuredChannel{
			models.Channel{Kind: models.WeCom, AppID: w.CorpID, AgentID: strconv.FormatInt(w.AgentID, 10)},
			models.ChannelSecrets{Secret: w.Secret.Reveal(), Token: w.Token.Reveal(), AESKey: w.AESKey.Reveal()}})
	}
	return all
}

// listen opens the address, and says what to do when somebody else has it.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w (another address: --addr 127.0.0.1:0)", addr, err)
	}
	return l, nil
}

// How long the server waits for a client, and for running requests when it stops.
const (
	readTimeout  = 15 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 2 * time.Minute
	stopTimeout  = 10 * time.Second
)

func newHTTP(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: readTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: 32 << 10}
}

// serveUntil serves until ctx ends, then lets running requests finish.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := newHTTP(h)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	err := srv.Shutdown(stop)
	if e := <-done; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// terminalLanguage is what the environment's locale asks for.
func terminalLanguage() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if len(v) >= 2 && v[:2] == "zh" {
				return "zh-Hans"
			}
			return "en"
		}
	}
	return "en"
}
