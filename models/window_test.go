package models_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// TestOpenSendWindowLate: a window that is heard of late has what was sent since it opened counted in it; one that is older
// than what is known changes nothing, and a newer one starts anew.
func TestOpenSendWindowLate(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		c := circle{s, testkit.Community(t, s, nil)}
		const skew = models.Millis(2000)
		open := func(kind models.WindowKind, at models.Millis) (opened bool) {
			c.do(t, func(sc *models.Scope) (err error) {
				opened, err = sc.OpenSendWindow(models.SendWindow{ChannelID: 1, Person: "p", Kind: kind, OpenedAt: at,
					ClosesAt: at.Add(time.Minute), Quota: 3}, skew)
				return err
			})
			return opened
		}
		sent := func(key string, at models.Millis) {
			c.do(t, func(sc *models.Scope) error {
				m := models.Message{ChannelID: 1, Person: "p", OpenID: "o", Ukey: key, State: models.MessageWaiting}
				if _, err := sc.AddMessage(&m); err != nil {
					return err
				}
				m.State, m.ChargedAt = models.MessageSent, at
				_, err := sc.MoveMessage(models.MessageWaiting, m)
				return err
			})
		}
		used := func(kind models.WindowKind) int {
			all, err := c.read(t).SendWindows(1, "p")
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range all {
				if w.Kind == kind {
					return w.Used
				}
			}
			return -1
		}
		const t0 = models.Millis(1_800_000_000_000)
		if !open(models.WindowScan, t0) || used(models.WindowScan) != 0 {
			t.Fatalf("a new window has %d used", used(models.WindowScan))
		}
		sent("a", t0+5_000)
		sent("b", t0+20_000)
		if !open(models.WindowMenu, t0+10_000) || used(models.WindowMenu) != 1 {
			t.Errorf("a window heard of late has %d used, want what was sent since it opened", used(models.WindowMenu))
		}
		if open(models.WindowMenu, t0+9_000) || open(models.WindowMenu, t0+10_000) {
			t.Error("an older push opened the window again")
		}
		if !open(models.WindowMenu, t0+21_000) || used(models.WindowMenu) != 1 {
			t.Errorf("what may have been sent after it opened is not counted: %d", used(models.WindowMenu))
		}
		if !open(models.WindowMenu, t0+23_000) || used(models.WindowMenu) != 0 {
			t.Errorf("a new window has %d used", used(models.WindowMenu))
		}
		c.do(t, func(sc *models.Scope) error { return sc.CloseSendWindows(1, "p", t0+22_000, "left") })
		all, err := c.read(t).SendWindows(1, "p")
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range all {
			if closed := w.ClosedBy != ""; closed != (w.Kind == models.WindowScan) {
				t.Errorf("leaving before it closed %s: %v", w.Kind, closed)
			}
		}
	})
}
