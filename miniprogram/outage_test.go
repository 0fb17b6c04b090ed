package miniprogram_test

import (
	"testing"
	"time"

	"siyu/internal/wechatsim"
	"siyu/miniprogram"
	"siyu/models"
)

// TestNoticeOutage: while WeChat answers nobody, notices that come due are not even asked for. They wait, cost nothing, and
// go when it answers again.
func TestNoticeOutage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p, session := w.equip(t, 1, reminder("T1"))
		const other = "/wxaapi/newtmpl/gettemplate"
		w.sim.Fail(other, wechatsim.Fault{Answer: wechatsim.HTML, Times: 5})
		for range 5 {
			if err := w.SyncTemplatesOf(t.Context(), w.community, 0); err == nil {
				t.Fatal("the outage is none")
			}
		}
		n := w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: "k"})
		w.drain(t)
		if got := w.notice(t, n.ID); got.State != models.NoticeWaiting || w.left(t, p, "T1") != 1 {
			t.Errorf("in the outage it is %s %q, %d left", got.State, got.Reason, w.left(t, p, "T1"))
		}
		w.clock.Advance(10 * time.Minute)
		w.drain(t)
		if got := w.notice(t, n.ID); got.State != models.NoticeAccepted || len(p.Inbox(appID)) != 1 {
			t.Errorf("after it, it is %s %q, she got %d", got.State, got.Reason, len(p.Inbox(appID)))
		}
	})
}
