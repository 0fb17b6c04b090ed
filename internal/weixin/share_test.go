package weixin_test

import (
	"sync"
	"testing"

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
