package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// simulateCmd runs the simulator alone.
type simulateCmd struct {
	Addr       string  `default:"127.0.0.1:9090" help:"HOST:PORT to listen on."`
	Callback   string  `help:"Base URL of the server that gets the pushes, such as http://127.0.0.1:8080." placeholder:"URL"`
	Seed       int64   `default:"1" help:"Equal seeds give equal worlds."`
	Clock      string  `enum:"wall,manual" default:"wall" help:"wall: time passes by itself. manual: it stands until the page, a script or /_sim/clock moves it."`
	Script     string  `help:"Play a script: what happens at which time. YAML; the page tells how it is written." placeholder:"FILE"`
	Once       bool    `help:"End after the script, with its outcome as one JSON object; 1 if a step failed."`
	Duplicates float64 `help:"Share of the pushes that come twice, 0 to 1." placeholder:"SHARE"`
}

// outcome is what --once ends with.
type outcome struct {
	Script   wechatsim.Played      `json:"script"`
	Stats    wechatsim.Stats       `json:"stats"`
	Refusals []wechatsim.CallCount `json:"refusals"`
}

// Run serves a WeChat until it is told to stop, or until its script is over.
func (s *simulateCmd) Run(ctx context.Context, c console) error {
	script, err := s.script()
	if err != nil {
		return err
	}
	opts := wechatsim.Options{
		Seed: s.Seed, Now: models.WallClock{}.Now, DuplicateRate: s.Duplicates, MarkFail: wechatsim.DefaultMarkFail(),
	}
	until := waitUntil
	if s.Clock == "manual" {
		clock := models.NewManualClock(opts.Now().Truncate(time.Second))
		opts.Now, opts.Advance = clock.Now, clock.Advance
		until = func(ctx context.Context, at time.Time) error {
			clock.Set(at)
			return ctx.Err()
		}
	}
	sim, err := wechatsim.NewDefault(opts, s.Callback)
	if err != nil {
		return err
	}
	defer sim.Close()
	l, err := listen(ctx, s.Addr)
	if err != nil {
		return err
	}
	if !s.Once {
		greet(c, l.Addr())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if !s.Once { // a script delivers by itself, so that its order never depends on real time
		go sim.KeepDelivering(ctx, time.Second/5)
	}
	told := make(chan error, 1)
	go func() { told <- s.play(ctx, c, sim, script, until, stop) }()
	served := serveUntil(ctx, l, sim.Handler())
	stop()
	return errors.Join(<-told, served)
}

// script reads the file; without one the script has no steps.
func (s *simulateCmd) script() (wechatsim.Script, error) {
	if s.Script == "" && s.Once {
		return wechatsim.Script{}, errors.New("--once ends after a script: give --script FILE")
	}
	if s.Script == "" {
		return wechatsim.Script{}, nil
	}
	raw, err := os.ReadFile(s.Script)
	if err != nil {
		return wechatsim.Script{}, fmt.Errorf("read the script: %w", err)
	}
	return wechatsim.ParseScript(raw)
}

// play lives through the script and, with --once, says how it went and ends the program.
func (s *simulateCmd) play(ctx context.Context, c console, sim *wechatsim.Sim, script wechatsim.Script,
	until func(context.Context, time.Time) error, stop func(),
) error {
	if len(script.Steps) == 0 {
		return nil
	}
	played, err := sim.Play(ctx, script, until)
	if errors.Is(err, context.Canceled) {
		return nil // the program was told to stop
	}
	for _, f := range played.Failed {
		_, _ = fmt.Fprintf(c.err, "siyu: at %s, %s: %s\n", f.At, f.Do, f.Error)
	}
	if !s.Once {
		_, _ = fmt.Fprintf(c.out, "script played: %d requests, %d failed\n", played.Steps, len(played.Failed))
		return err
	}
	defer stop()
	refusals := sim.Refusals()
	if refusals == nil {
		refusals = []wechatsim.CallCount{}
	}
	if e := json.NewEncoder(c.out).Encode(outcome{played, sim.Stats(), refusals}); e != nil {
		return e
	}
	if err == nil && len(played.Failed) > 0 {
		err = fmt.Errorf("%d of %d requests did not answer as the script wants", len(played.Failed), played.Steps)
	}
	return err
}

// waitUntil lets real time pass.
func waitUntil(ctx context.Context, at time.Time) error {
	timer := time.NewTimer(at.Sub(models.WallClock{}.Now()))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// greet says where the simulator is and how Siyu is pointed at it.
func greet(c console, at net.Addr) {
	_, _ = fmt.Fprintf(c.out, `a simulated WeChat listens on http://%[1]s

point Siyu at it:
  SIYU_WECHAT_API=http://%[1]s SIYU_WECOM_API=http://%[1]s
  SIYU_OFFICIAL_APP_ID=%[2]s SIYU_OFFICIAL_APP_SECRET=%[3]s SIYU_OFFICIAL_TOKEN=%[4]s SIYU_OFFICIAL_AES_KEY=%[5]s
  SIYU_MINIPROGRAM_APP_ID=%[6]s SIYU_MINIPROGRAM_APP_SECRET=%[7]s SIYU_MINIPROGRAM_TOKEN=%[8]s SIYU_MINIPROGRAM_AES_KEY=%[9]s
  SIYU_WECOM_CORP_ID=%[10]s SIYU_WECOM_SECRET=%[11]s SIYU_WECOM_AGENT_ID=%[12]s SIYU_WECOM_TOKEN=%[13]s SIYU_WECOM_AES_KEY=%[14]s

what it can do: http://%[1]s/
`, at, wechatsim.DefaultOfficialAppID, wechatsim.DefaultOfficialSecret, wechatsim.DefaultOfficialToken,
		wechatsim.DefaultOfficialAESKey, wechatsim.DefaultMiniProgramAppID, wechatsim.DefaultMiniProgramSecret,
		wechatsim.DefaultMiniProgramToken, wechatsim.DefaultMiniProgramAESKey, wechatsim.DefaultCorpID,
		wechatsim.DefaultCorpSecret, wechatsim.DefaultCorpAgentID, wechatsim.DefaultCorpToken, wechatsim.DefaultCorpAESKey)
}
