package models_test

import (
	"context"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

func TestFacts(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		f, err := s.Facts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if f.Version == "" || f.Engine != s.Engine() {
			t.Errorf("%+v", f)
		}
		if f.Engine == models.MySQL && f.Now.Sub(models.WallClock{}.Now()).Abs() > time.Minute {
			t.Errorf("the database's clock reads %v", f.Now)
		}
		if err := s.CheckWrite(t.Context()); err != nil {
			t.Error(err)
		}
		if v, _, err := s.LoadToken(t.Context(), "doctor"); err != nil || v != "" {
			t.Errorf("the trial left %q, %v", v, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Facts(ctx); err == nil {
			t.Error("nothing was asked, and no error")
		}
	})
}
