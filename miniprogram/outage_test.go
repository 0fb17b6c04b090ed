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

// TestNoticeNight: a notice that has had to wait until the night goes in the morning, and one that is of no use any more by
// then does not go. What somebody is waiting for goes at once.
func TestNoticeNight(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p, session := w.equip(t, 3, reminder("T1"))
		c, err := w.read(t).ReadCommunity(w.community)
		if err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation(c.Zone)
		if err != nil {
			t.Fatal(err)
		}
		day := w.clock.Now().In(zone)
		evening := time.Date(day.Year(), day.Month(), day.Day()+1, 21, 50, 0, 0, zone)
		w.clock.Set(evening)
		all, err := w.Templates(t.Context(), w.community)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.PauseTemplate(t.Context(), w.community, all[0].ID, 1); err != nil {
			t.Fatal(err)
		}
		of := func(key string, until time.Time, urgent bool) models.NoticeID {
			return w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: key, Until: models.MillisOf(until), Urgent: urgent}).ID
		}
		morning, midnight, urgent := of("morning", evening.Add(24*time.Hour), false), of("midnight", evening.Add(2*time.Hour), false), of("urgent", evening.Add(24*time.Hour), true)
		w.drain(t)
		w.clock.Set(evening.Add(time.Hour))
		if err := w.ResumeTemplate(t.Context(), w.community, all[0].ID, 1); err != nil {
			t.Fatal(err)
		}
		w.drain(t)
		w.clock.Set(evening.Add(6 * time.Hour))
		w.drain(t)
		if m, u := w.notice(t, morning), w.notice(t, urgent); m.State != models.NoticeWaiting || u.State != models.NoticeAccepted || len(p.Inbox(appID)) != 1 {
			t.Errorf("in the night they are %s and %s; she got %d", m.State, u.State, len(p.Inbox(appID)))
		}
		if n := w.notice(t, midnight); n.State != models.NoticeFailed || n.Reason != "expired" {
			t.Errorf("the one until midnight is %s %q", n.State, n.Reason)
		}
		w.clock.Set(evening.Add(10*time.Hour + 11*time.Minute))
		w.drain(t)
		if n := w.notice(t, morning); n.State != models.NoticeAccepted {
			t.Errorf("in the morning it is %s %q", n.State, n.Reason)
		}
	})
}
