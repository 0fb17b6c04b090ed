package main

import (
	"context"
	"fmt"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// simulateCmd runs the simulator alone.
type simulateCmd struct {
	Addr     string `default:"127.0.0.1:9090" help:"HOST:PORT to listen on."`
	Callback string `help:"Base URL of the server that gets the pushes, such as http://127.0.0.1:8080." placeholder:"URL"`
	Seed     int64  `default:"1" help:"Equal seeds give equal worlds."`
}

// Run serves a WeChat until it is told to stop.
func (s *simulateCmd) Run(ctx context.Context, c console) error {
	sim, err := wechatsim.NewDefault(wechatsim.Options{Seed: s.Seed, Now: models.WallClock{}.Now, LateEvery: time.Second / 5}, s.Callback)
	if err != nil {
		return err
	}
	defer sim.Close()
	l, err := listen(ctx, s.Addr)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(c.out, `a simulated WeChat listens on http://%[1]s

point Siyu at it:
  SIYU_WECHAT_API=http://%[1]s SIYU_WECOM_API=http://%[1]s
  SIYU_OFFICIAL_APP_ID=%[2]s SIYU_OFFICIAL_APP_SECRET=%[3]s SIYU_OFFICIAL_TOKEN=%[4]s SIYU_OFFICIAL_AES_KEY=%[5]s
  SIYU_MINIPROGRAM_APP_ID=%[6]s SIYU_MINIPROGRAM_APP_SECRET=%[7]s SIYU_MINIPROGRAM_TOKEN=%[8]s SIYU_MINIPROGRAM_AES_KEY=%[9]s
  SIYU_WECOM_CORP_ID=%[10]s SIYU_WECOM_SECRET=%[11]s SIYU_WECOM_AGENT_ID=%[12]s SIYU_WECOM_TOKEN=%[13]s SIYU_WECOM_AES_KEY=%[14]s

what it can do: http://%[1]s/
`, l.Addr(), wechatsim.DefaultOfficialAppID, wechatsim.DefaultOfficialSecret, wechatsim.DefaultOfficialToken,
		wechatsim.DefaultOfficialAESKey, wechatsim.DefaultMiniProgramAppID, wechatsim.DefaultMiniProgramSecret,
		wechatsim.DefaultMiniProgramToken, wechatsim.DefaultMiniProgramAESKey, wechatsim.DefaultCorpID,
		wechatsim.DefaultCorpSecret, wechatsim.DefaultCorpAgentID, wechatsim.DefaultCorpToken, wechatsim.DefaultCorpAESKey)
	return serveUntil(ctx, l, sim.Handler())
}
