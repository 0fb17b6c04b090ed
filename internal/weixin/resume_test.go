package weixin_test

import (
	"errors"
	"testing"
	"time"

	"siyu/internal/weixin"
)

func TestResumeAt(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 15, 59, 59, 5e8, time.UTC) // half a second before midnight in China
	for code, want := range map[int]time.Time{
		44990: now.Add(time.Second),
		44991: time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC),
		45011: time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC),
		45009: time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC),
		44993: time.Date(2026, 3, 1, 16, 0, 0, 0, time.UTC),
		48006: time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC),
	} {
		got, ok := weixin.ResumeAt(&weixin.APIError{Code: code}, now)
		if !ok || !got.Equal(want) {
			t.Errorf("%d: %v, %v; want %v", code, got, ok, want)
		}
	}
	if got, ok := weixin.ResumeAt(&weixin.APIError{Code: 45009, Kind: weixin.WeCom}, now.Add(-time.Hour)); !ok ||
		got.Sub(now.Add(-time.Hour)) > time.Minute {
		t.Errorf("WeCom counts per minute, and we wait until %v", got)
	}
	for _, err := range []error{nil, errors.New("away"), &weixin.APIError{Code: 43101}, &weixin.APIError{Code: 45029}} {
		if got, ok := weixin.ResumeAt(err, now); ok {
			t.Errorf("%v: waits until %v, though waiting does not help", err, got)
		}
	}
}
