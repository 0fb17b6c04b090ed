package models_test

import (
	"fmt"
	"sync"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
)

func quotas(t *testing.T, s *models.Store, account string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := s.LoadQuotas(t.Context(), account, func(api string, period int, calls int64, mark string) {
		all[api] = fmt.Sprintf("%d %d %s", period, calls, mark)
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestQuotas: calls add up within a period, a new one begins at 0, one that is over changes nothing, and marks stay.
func TestQuotas(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		ctx := t.Context()
		add := func(period int, calls map[string]int64) {
			t.Helper()
			if err := s.AddCalls(ctx, "a", period, calls); err != nil {
				t.Fatal(err)
			}
		}
		add(20260301, map[string]int64{"/x": 3, "/y": 1})
		add(20260301, map[string]int64{"/x": 2})
		if err := s.SaveMark(ctx, "a", "/x", "m"); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveMark(ctx, "a", "*", "all"); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(quotas(t, s, "a")), "map[*:0 0 all /x:20260301 5 m /y:20260301 1 ]"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		add(20260302, map[string]int64{"/x": 1})
		add(20260301, map[string]int64{"/x": 100})
		if got := quotas(t, s, "a")["/x"]; got != "20260302 1 m" {
			t.Errorf("a new day: %s", got)
		}
		if err := s.ClearCalls(ctx, "a", "/y"); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(quotas(t, s, "a")), "map[*:0 0 all /x:20260302 0 m /y:20260301 1 ]"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		add(20260302, map[string]int64{"/x": 3})
		for range 2 { // both take the same off
			add(20260302, map[string]int64{"/x": -2})
		}
		add(20260302, map[string]int64{"/x": 1})
		if got := quotas(t, s, "a")["/x"]; got != "20260302 1 m" {
			t.Errorf("below nothing: %s", got)
		}
		if got := quotas(t, s, "b"); len(got) != 0 {
			t.Errorf("another account has %v", got)
		}
	})
}

// TestQuotasOfManyInstances: no call is lost when instances tell at once.
func TestQuotasOfManyInstances(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, _ *models.ManualClock) {
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for range 10 {
					calls := map[string]int64{"/x": 1, "/y": 2, fmt.Sprint("/own", i): 1}
					if err := s.AddCalls(t.Context(), "a", 20260301, calls); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		got := quotas(t, s, "a")
		if got["/x"] != "20260301 80 " || got["/y"] != "20260301 160 " || len(got) != 10 {
			t.Errorf("%v", got)
		}
	})
}
