package bot

import (
	"log/slog"
	"strings"
	"testing"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/models"
)

// TestPushPanics: a push whose work panics ends among the dead letters, not pending without a job.
func TestPushPanics(t *testing.T) {
	t.Parallel()
	s, _ := testkit.Store(t)
	runner, err := jobs.NewRunner(jobs.Options{Store: s, MaxAttempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	b := &Bot{store: s, log: slog.New(slog.DiscardHandler)} // who follows is asked of a hub that is not there
	jobs.Register(runner, b.process)
	community := testkit.Community(t, s, func(sc *models.Scope) error {
		c := models.Channel{Kind: models.OfficialAccount, AppID: "wx1"}
		if err := sc.InsertChannel(&c, models.ChannelSecrets{}); err != nil {
			return err
		}
		push := models.Inbox{ChannelID: c.ID, DedupeKey: "x", Format: "xml",
			Body: []byte("<xml><FromUserName>o</FromUserName><MsgType>event</MsgType><Event>subscribe</Event></xml>")}
		if _, err := sc.AddInbox(&push); err != nil {
			return err
		}
		return jobs.Enqueue(sc.Tx, Process{sc.Community, push.ID}, sc.Now)
	})
	if _, err := runner.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	dead, err := s.Read(t.Context()).In(community).Pushes(models.InboxDead, 0, 10)
	if err != nil || len(dead) != 1 || !strings.Contains(dead[0].LastError, "panic") {
		t.Errorf("the dead letters are %+v, %v", dead, err)
	}
}
