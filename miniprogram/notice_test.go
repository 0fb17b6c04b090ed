package miniprogram_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/wechatsim"
	"siyu/miniprogram"
	"siyu/models"
)

const sendPath = "/cgi-bin/message/subscribe/send"

// reminder is a template with two fields.
func reminder(id string) wechatsim.SubscribeTemplate {
	return wechatsim.SubscribeTemplate{ID: id, Title: "Voucher expires", Content: "Voucher:{{thing1.DATA}}\nUntil:{{time2.DATA}}\n"}
}

// equip gives the account its templates and lets a member allow n messages of each.
func (w *world) equip(t *testing.T, n int, templates ...wechatsim.SubscribeTemplate) (*wechatsim.Person, models.Session) {
	t.Helper()
	if err := w.sim.SetTemplates(appID, templates...); err != nil {
		t.Fatal(err)
	}
	if err := w.SyncTemplatesOf(t.Context(), w.community, 0); err != nil {
		t.Fatal(err)
	}
	p := w.sim.NewPerson("\u5c0f\u6885")
	session := w.login(t, p)
	for range n {
		for _, tpl := range templates {
			w.allow(t, p, tpl.ID)
		}
	}
	return p, session
}

// allow is a tap on "allow", told by the platform's event.
func (w *world) allow(t *testing.T, p *wechatsim.Person, template string) {
	t.Helper()
	w.clock.Advance(2 * time.Second)
	if err := p.AcceptSubscribe(t.Context(), appID, template); err != nil {
		t.Fatal(err)
	}
	w.visits++
	w.do(t, func(sc *models.Scope) error {
		_, err := sc.AddSubscription(models.Subscription{
			UID:   sc.SubscriptionUID(models.SourceEvent, appID, p.OpenID(appID), fmt.Sprint("push", w.visits), 0, template),
			AppID: appID, OpenID: p.OpenID(appID), TemplateID: template, Source: models.SourceEvent, Answer: "accept", At: sc.Now})
		return err
	})
}

func (w *world) notify(t *testing.T, in miniprogram.Notice) models.Notice {
	t.Helper()
	if in.Data == nil {
		in.Data = map[string]string{"thing1": "Coffee", "time2": "2026-05-05 18:00"}
	}
	var n models.Notice
	w.do(t, func(sc *models.Scope) error {
		var err error
		n, err = w.Notify(sc, in)
		return err
	})
	return n
}

func (w *world) drain(t *testing.T) {
	t.Helper()
	if _, err := w.runner.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (w *world) notice(t *testing.T, id models.NoticeID) models.Notice {
	t.Helper()
	n, err := w.read(t).Notice(id)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (w *world) left(t *testing.T, p *wechatsim.Person, template string) int {
	t.Helper()
	c, err := w.read(t).Credit(appID, p.OpenID(appID), template)
	if err != nil {
		t.Fatal(err)
	}
	return c.Left()
}

// TestNotifyOnce: one key is one notice, it costs one credit, and it says what was asked for.
func TestNotifyOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p, session := w.equip(t, 2, reminder("T1"))
		in := miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: "expiry:1", Page: "pages/voucher?id=1"}
		first, again := w.notify(t, in), w.notify(t, in)
		if first.ID != again.ID {
			t.Error("one key made two notices")
		}
		w.drain(t)
		if n := w.notice(t, first.ID); n.State != models.NoticeAccepted || n.MsgID == "" {
			t.Errorf("%s %q", n.State, n.Reason)
		}
		box := p.Inbox(appID)
		if len(box) != 1 || box[0].Page != "pages/voucher?id=1" || box[0].Data["thing1"] != "Coffee" {
			t.Errorf("she got %+v", box)
		}
		if left, real := w.left(t, p, "T1"), p.Credits(appID, "T1"); left != 1 || real != 1 {
			t.Errorf("%d left here, %d there", left, real)
		}
	})
}

// TestNoticeFieldsAreHeld: what WeChat would refuse is refused here, before it costs anything.
func TestNoticeFieldsAreHeld(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, session := w.equip(t, 1, reminder("T1"))
		good := map[string]string{"thing1": "Coffee", "time2": "18:00"}
		for name, in := range map[string]miniprogram.Notice{
			"no key":     {Template: "T1", Data: good},
			"bad page":   {Template: "T1", Key: "k", Page: "/pages/x", Data: good},
			"bad lang":   {Template: "T1", Key: "k", Lang: "fr", Data: good},
			"missing":    {Template: "T1", Key: "k", Data: map[string]string{"thing1": "x"}},
			"extra":      {Template: "T1", Key: "k", Data: map[string]string{"thing1": "x", "time2": "18:00", "thing9": "x"}},
			"too long":   {Template: "T1", Key: "k", Data: map[string]string{"thing1": "123456789012345678901", "time2": "18:00"}},
			"not a time": {Template: "T1", Key: "k", Data: map[string]string{"thing1": "x", "time2": "soon"}},
		} {
			in.Member = session.MemberID
			err := w.store.Tx(t.Context(), func(tx *models.Tx) error {
				_, err := w.Notify(tx.In(w.community), in)
				return err
			})
			if models.CodeOf(err) != "notice_field" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestNoticeRefusals: each answer of the platform and what it leads to, for the notice, the credit and the template.
func TestNoticeRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code   int
		state  models.NoticeState
		reason string
		left   int // of two credits
		paused string
	}{
		{43101, models.NoticeFailed, "refused", 0, ""},
		{40003, models.NoticeFailed, "unreachable", 1, ""},
		{40037, models.NoticeFailed, "unknown_id", 2, models.PausedUnknown},
		{41030, models.NoticeFailed, "bad_page", 2, models.PausedPage},
		{47003, models.NoticeFailed, "invalid_data", 2, models.PausedInvalid},
		{45168, models.NoticeFailed, "sensitive_text", 2, models.PausedSensitive},
		{43107, models.NoticeWaiting, "template_banned", 2, models.PausedBanned},
		{43108, models.NoticeWaiting, "", 2, ""},
		{45009, models.NoticeWaiting, "", 2, ""},
		{45011, models.NoticeWaiting, "", 2, ""},
		{-1, models.NoticeWaiting, "", 2, ""},
		{48002, models.NoticeFailed, "refused_48002", 2, ""},
	} {
		t.Run(fmt.Sprint(c.code), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				p, session := w.equip(t, 2, reminder("T1"))
				w.sim.Fail(sendPath, wechatsim.Fault{Errcode: c.code})
				n := w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: "k"})
				w.drain(t)
				if got := w.notice(t, n.ID); got.State != c.state || got.Reason != c.reason {
					t.Errorf("%s %q, want %s %q", got.State, got.Reason, c.state, c.reason)
				}
				if left := w.left(t, p, "T1"); left != c.left {
					t.Errorf("%d left, want %d", left, c.left)
				}
				tpl, err := w.read(t).TemplateNamed(appID, "T1")
				if err != nil || tpl.Reason != c.paused || (c.paused != "") != (tpl.State == models.TemplatePaused) {
					t.Errorf("template %s %q, %v", tpl.State, tpl.Reason, err)
				}
				if c.state == models.NoticeWaiting && c.paused == "" { // it goes when time has mended it
					w.clock.Advance(day)
					w.drain(t)
					if got := w.notice(t, n.ID); got.State != models.NoticeAccepted || len(p.Inbox(appID)) != 1 {
						t.Errorf("a day later: %s %q", got.State, got.Reason)
					}
				}
				if c.code == 43101 {
					before := w.left(t, p, "T1")
					next := w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: "k2"})
					w.drain(t)
					if got := w.notice(t, next.ID); got.Reason != "no_credit" || before != 0 || len(p.Inbox(appID)) != 0 {
						t.Errorf("after 43101: %s %q", got.State, got.Reason)
					}
				}
			})
		})
	}
}

// TestNoticeLostAnswer: an answer that is lost leaves the notice unknown; it is not sent again, its credit stays spent,
// and a later sent event settles it.
func TestNoticeLostAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p, session := w.equip(t, 2, reminder("T1"))
		w.sim.Fail(sendPath, wechatsim.Fault{Disconnect: true, Execute: true, Times: 4})
		n := w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: "k"})
		w.drain(t)
		w.clock.Advance(time.Hour)
		w.drain(t)
		if got := w.notice(t, n.ID); got.State != models.NoticeUnknown || got.Reason != "no_answer" {
			t.Errorf("%s %q", got.State, got.Reason)
		}
		if got := len(p.Inbox(appID)); got != 1 {
			t.Errorf("she got %d", got)
		}
		if left := w.left(t, p, "T1"); left != 1 {
			t.Errorf("%d left", left)
		}
		found, err := w.read(t).SentNotice(appID, p.OpenID(appID), "T1", "3000000000000000001")
		if err != nil || found.ID != n.ID {
			t.Errorf("the event finds %s, %v", found.ID, err)
		}
	})
}

// TestNoticesAreSerial: many notices to one person at once, on several workers: the platform never sees two at a time,
// and nothing is lost.
func TestNoticesAreSerial(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const many = 6
		p, session := w.equip(t, many, reminder("T1"))
		var ids []models.NoticeID
		for i := range many {
			ids = append(ids, w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: fmt.Sprint("k", i)}).ID)
		}
		w.sim.Fail(sendPath, wechatsim.Fault{Errcode: 43108}) // somebody else's message is on its way once
		for range 3 * many {
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() { _, _ = w.runner.Drain(t.Context()) })
			}
			wg.Wait()
			w.clock.Advance(3 * time.Second)
		}
		for _, id := range ids {
			if n := w.notice(t, id); n.State != models.NoticeAccepted {
				t.Errorf("%s %q", n.State, n.Reason)
			}
		}
		if got, left := len(p.Inbox(appID)), w.left(t, p, "T1"); got != many || left != 0 {
			t.Errorf("she got %d of %d, %d left", got, many, left)
		}
	})
}

// TestNoticeWaits: for the day, for its time, for its template; and is dropped when it is of no use any more.
func TestNoticeWaits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p, session := w.equip(t, 3, reminder("T1"))
		night := w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: "night", Zone: "Asia/Shanghai"})
		stale := w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: "stale", Zone: "Asia/Shanghai",
			Until: w.now().Add(time.Hour)})
		w.drain(t)
		if n := w.notice(t, night.ID); n.State != models.NoticeWaiting {
			t.Errorf("at night: %s", n.State)
		}
		tpl, err := w.read(t).TemplateNamed(appID, "T1")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.PauseTemplate(t.Context(), w.community, tpl.ID, 0); err != nil {
			t.Fatal(err)
		}
		w.clock.Set(night.NotBefore.Time())
		w.drain(t)
		if n := w.notice(t, night.ID); n.State != models.NoticeWaiting || n.Reason != "template_by_hand" {
			t.Errorf("paused: %s %q", n.State, n.Reason)
		}
		if n := w.notice(t, stale.ID); n.State != models.NoticeFailed || n.Reason != "expired" {
			t.Errorf("too late: %s %q", n.State, n.Reason)
		}
		if err := w.ResumeTemplate(t.Context(), w.community, tpl.ID, 0); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(time.Hour)
		w.drain(t)
		if n := w.notice(t, night.ID); n.State != models.NoticeAccepted || len(p.Inbox(appID)) != 1 {
			t.Errorf("resumed: %s %q", n.State, n.Reason)
		}
	})
}

// TestTemplateDrift: a template that changes or goes keeps its notices back; one that comes back unchanged lets them go.
func TestTemplateDrift(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		changed := reminder("T1")
		changed.Content = "Voucher:{{thing1.DATA}}\nUntil:{{date2.DATA}}\n"
		retitled := reminder("T1")
		retitled.Title = "Another title"
		for _, c := range []struct {
			name string
			has  []wechatsim.SubscribeTemplate
			want string
		}{
			{"new", []wechatsim.SubscribeTemplate{reminder("T1")}, ""},
			{"gone", nil, models.PausedMissing},
			{"back", []wechatsim.SubscribeTemplate{reminder("T1")}, ""},
			{"retitled", []wechatsim.SubscribeTemplate{retitled}, ""},
			{"gone again", nil, models.PausedMissing},
			{"back with other fields", []wechatsim.SubscribeTemplate{changed}, models.PausedChanged},
			{"nobody has looked yet", []wechatsim.SubscribeTemplate{changed}, models.PausedChanged},
		} {
			if err := w.sim.SetTemplates(appID, c.has...); err != nil {
				t.Fatal(err)
			}
			if err := w.SyncTemplatesOf(t.Context(), w.community, 0); err != nil {
				t.Fatal(err)
			}
			tpl, err := w.read(t).TemplateNamed(appID, "T1")
			if err != nil || tpl.Reason != c.want {
				t.Errorf("%s: %s %q, %v", c.name, tpl.State, tpl.Reason, err)
			}
		}
	})
}

// TestNoticeOfADeadSender: a process that died between the call and its booking leaves a notice that nobody repeats.
func TestNoticeOfADeadSender(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p, session := w.equip(t, 1, reminder("T1"))
		n := w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: "k"})
		w.do(t, func(sc *models.Scope) error { // as far as it came
			if _, _, err := sc.SpendCredit(appID, p.OpenID(appID), "T1"); err != nil {
				return err
			}
			_, err := sc.MoveNotice(n, models.NoticeWaiting, models.NoticeSending, "")
			return err
		})
		w.drain(t)
		if got := w.notice(t, n.ID); got.State != models.NoticeUnknown || len(p.Inbox(appID)) != 0 || w.left(t, p, "T1") != 0 {
			t.Errorf("%s %q, she got %d, %d left", got.State, got.Reason, len(p.Inbox(appID)), w.left(t, p, "T1"))
		}
	})
}

// TestNoticesOfTwoServers: two processes on one store send to one person; the platform never sees two at a time.
func TestNoticesOfTwoServers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const many = 4
		p, session := w.equip(t, many-1, reminder("T1")) // one more than she allowed
		for i := range many {
			w.notify(t, miniprogram.Notice{Member: session.MemberID, Template: "T1", Key: fmt.Sprint("k", i)})
		}
		other, _ := w.server(t)
		for range 3 * many {
			var wg sync.WaitGroup
			for _, r := range []*jobs.Runner{w.runner, other, w.runner, other} {
				wg.Go(func() { _, _ = r.Drain(t.Context()) })
			}
			wg.Wait()
			w.clock.Advance(3 * time.Second)
		}
		all, err := w.read(t).Notices(appID, "T1", 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		states := map[models.NoticeState]int{}
		for _, n := range all {
			states[n.State]++
		}
		if states[models.NoticeAccepted] != many-1 || states[models.NoticeFailed] != 1 || len(p.Inbox(appID)) != many-1 {
			t.Errorf("%v, she got %d", states, len(p.Inbox(appID)))
		}
		if calls := w.sim.Refusals(); len(calls) != 0 {
			t.Errorf("the platform refused %v", calls)
		}
	})
}
