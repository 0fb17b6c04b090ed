package weixin_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/models"
)

// TestEndOfQuota: two instances that call at the same time use a learnt quota up together, and none of them earns a refusal.
func TestEndOfQuota(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		const day = 100
		w := newTown(t, s, clock)
		wantOK(t, w.SetQuota(wechatsim.DefaultOfficialAppID, "/cgi-bin/user/info", wechatsim.Quota{Day: day}))
		hubs := []*weixin.Hub{w.instance(t), w.instance(t)}
		for _, h := range hubs {
			wantOK(t, w.info(t.Context(), h))
			wantOK(t, h.LearnQuotas(t.Context(), wechatsim.DefaultOfficialAppID))
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		passed := len(hubs)
		for i := range 8 {
			all.Go(func() {
				for range day / 4 {
					err := w.info(t.Context(), hubs[i%2])
					mu.Lock()
					if err == nil {
						passed++
					} else if weixin.Classify(err) != weixin.Quota {
						t.Error(weixin.Redacted(err))
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if n := w.Refused(45009); n != 0 || passed > day || passed < day*9/10 {
			t.Errorf("%d calls of %d passed, %d were refused", passed, day, n)
		}
	})
}

// TestRaisedQuota: a learnt quota that is used up by our count is asked for again after an hour, also when nothing is called
// any more because of it: the account's may have been raised or cleared, and our count may be too careful.
func TestRaisedQuota(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	const day = 10
	w := newTown(t, s, clock)
	wantOK(t, w.SetQuota(appID, infoPath, wechatsim.Quota{Day: day}))
	h := w.instance(t)
	wantOK(t, w.info(t.Context(), h))
	wantOK(t, h.LearnQuotas(t.Context(), appID))
	for range day - 1 {
		wantOK(t, w.info(t.Context(), h))
	}
	wantStopped(t, w.info(t.Context(), h), weixin.Quota, 45009)
	wantOK(t, w.SetQuota(appID, infoPath, wechatsim.Quota{Day: 100 * day}))
	clock.Advance(61 * time.Minute)
	for end := time.Now().Add(10 * time.Second); ; {
		err := w.info(t.Context(), h)
		if err == nil {
			break
		}
		if wantStopped(t, err, weixin.Quota, 45009); time.Now().After(end) {
			t.Fatal("nobody has noticed that the quota was raised")
		}
		runtime.Gosched()
	}
	if n := w.Refused(45009); n != 0 {
		t.Errorf("%d refusals", n)
	}
}
