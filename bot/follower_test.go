package bot_test

import (
	"fmt"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// event pushes an event of one second of WeChat's clock and lets it have its effect.
func (b *bench) event(t *testing.T, app, openID, name string, at int64, more string) {
	t.Helper()
	_, err := b.sim.PushRaw(t.Context(), app, openID, fmt.Appendf(nil, `<xml><ToUserName>gh_51a000000001</ToUserName><FromUserName>%s</FromUserName>`+
		`<CreateTime>%d</CreateTime><MsgType>event</MsgType><Event>%s</Event>%s</xml>`, openID, at, name, more))
	must(t, err)
	b.settle(t, 10*time.Second)
}

// scope reads the community.
func (b *bench) scope(t *testing.T) *models.Scope {
	t.Helper()
	return b.store.Read(t.Context()).In(b.community)
}

func (b *bench) channel(t *testing.T, kind models.ChannelKind) models.Channel {
	t.Helper()
	c, err := b.scope(t).Channel(kind)
	must(t, err)
	return c
}

// TestLeaveOutOfOrder: what she did last by WeChat's clock counts, in whatever order and however often it is told.
func TestLeaveOutOfOrder(t *testing.T) {
	t.Parallel()
	const app = wechatsim.DefaultOfficialAppID
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		oa := b.channel(t, models.OfficialAccount)
		at := clock.Now().Unix()
		for i, c := range []struct {
			order []string // events with their second, as they arrive
			want  bool
		}{
			{[]string{"subscribe 1"}, true},
			{[]string{"subscribe 1", "unsubscribe 2"}, false},
			{[]string{"unsubscribe 2", "subscribe 1"}, false},
			{[]string{"subscribe 1", "subscribe 3", "unsubscribe 2"}, true},
			{[]string{"subscribe 3", "subscribe 1", "unsubscribe 2"}, true},
			{[]string{"unsubscribe 2", "unsubscribe 2", "subscribe 2"}, true}, // in one second: what came later
			{[]string{"unsubscribe 2", "SCAN 4"}, true},
			{[]string{"SCAN 4", "unsubscribe 2", "unsubscribe 1"}, true},
		} {
			openID := fmt.Sprintf("oPerson%d", i)
			for _, e := range c.order {
				var name string
				var second int64
				_, err := fmt.Sscan(e, &name, &second)
				must(t, err)
				b.event(t, app, openID, name, at+second, "")
			}
			f, err := b.scope(t).Follower(oa.ID, openID)
			must(t, err)
			if f.Following != c.want {
				t.Errorf("%v: following is %v", c.order, f.Following)
			}
		}
		if n, err := b.scope(t).CountFollowers(oa.ID); err != nil || n != 6 {
			t.Errorf("%d follow, %v", n, err)
		}
		if n, err := s.Read(t.Context()).In(b.community).CountInbox(); err != nil || n.Dead != 0 || n.Pending != 0 {
			t.Errorf("the inbox counts %+v, %v", n, err)
		}
	})
}

// TestLeave: who leaves is written down, what she sent is blanked, also what was worked on later, and following again
// makes her the same person again.
func TestLeave(t *testing.T) {
	t.Parallel()
	const app, who = wechatsim.DefaultOfficialAppID, "oMei"
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		oa := b.channel(t, models.OfficialAccount)
		at := clock.Now().Unix()
		b.event(t, app, who, "subscribe", at, "")
		b.event(t, app, "oOther", "CLICK", at, "<EventKey>k</EventKey>")
		b.event(t, app, who, "CLICK", at+1, "<EventKey>k</EventKey>")
		name := models.Name{Kind: models.OpenID, Scope: app, Value: who}
		before, err := b.scope(t).MemberNamed(name)
		must(t, err)
		b.dies(t, oa, who)
		b.event(t, app, who, "unsubscribe", at+2, "")
		b.event(t, app, "oStranger", "unsubscribe", at+2, "")
		b.event(t, app, who, "CLICK", at+1, "<EventKey>late</EventKey>") // what comes late opens nothing
		windows, err := b.scope(t).SendWindows(oa.ID, b.scope(t).SenderKey(oa.ID, who))
		must(t, err)
		for _, w := range windows {
			if w.ClosedBy == "" {
				t.Errorf("her window %s is open after she left", w.Kind)
			}
		}
		if m, err := b.scope(t).MemberNamed(models.Name{Kind: models.OpenID, Scope: app, Value: "oStranger"}); err != nil || m != 0 {
			t.Errorf("a stranger became member %s by leaving, %v", m, err)
		}
		if got := b.bodies(t, oa, who, "oOther", "oStranger"); got != 3 { // oOther's, her late one, and her dead letter for an hour
			t.Errorf("%d pushes still say something", got)
		}
		touches, err := b.scope(t).TouchesOf(before)
		must(t, err)
		if n := len(touches); n != 2 || touches[0].Kind != models.TouchFollow || touches[1].Kind != models.TouchAway {
			t.Errorf("her touches are %+v", touches)
		}
		b.event(t, app, who, "subscribe", at+30, "")
		if again, err := b.scope(t).MemberNamed(name); err != nil || again != before {
			t.Errorf("she came back as %s, was %s, %v", again, before, err)
		}
		b.settle(t, 2*time.Hour) // the second blanking must not touch what came after she left
		if got := b.bodies(t, oa, who, "oOther"); got != 2 {
			t.Errorf("%d pushes say something after she came back", got)
		}
	})
}

// dies stores a push of a person that could not be worked on.
func (b *bench) dies(t *testing.T, c models.Channel, openID string) {
	t.Helper()
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		push := models.Inbox{ChannelID: c.ID, DedupeKey: "dead", Body: []byte("<xml/>"), Format: "xml", Sender: tx.SenderKey(c.ID, openID)}
		if _, err := sc.AddInbox(&push); err != nil {
			return err
		}
		_, err := sc.FinishPush(push.ID, models.InboxDead, "broken")
		return err
	}))
}

// bodies counts the stored pushes of people that still say something.
func (b *bench) bodies(t *testing.T, c models.Channel, openIDs ...string) int {
	t.Helper()
	n := 0
	for _, id := range openIDs {
		pushes, err := b.scope(t).PushesFrom(c.ID, id)
		must(t, err)
		if len(pushes) == 0 {
			t.Errorf("no push of %s is stored", id)
		}
		for _, p := range pushes {
			if len(p.Body) > 0 {
				n++
			}
		}
	}
	return n
}

// TestWithdraw: who withdraws some of her data keeps her name and her vouchers; who gives up her account is nobody.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		event, info string
		known       bool
	}{
		{"user_authorization_revoke", "8,14", true},
		{"user_authorization_revoke", "", false},
		{"user_authorization_cancellation", "1", false},
	} {
		t.Run(c.event+" of "+c.info, func(t *testing.T) {
			t.Parallel()
			testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
				withdraw(t, newBench(t, s, clock), c.event, c.info, c.known)
			})
		})
	}
}

func withdraw(t *testing.T, b *bench, event, info string, known bool) {
	t.Helper()
	const app = wechatsim.DefaultMiniProgramAppID
	name := models.Name{Kind: models.OpenID, Scope: app, Value: "oMei"}
	var member models.MemberID
	var token string
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		var err error
		if member, err = sc.Identify(name, models.Name{Kind: models.UnionID, Value: "uMei"}); err != nil {
			return err
		}
		if _, err := sc.AddTouch(&models.Touch{Kind: models.TouchMini, UID: "t", At: tx.Now, MemberID: member}); err != nil {
			return err
		}
		if err := sc.SeeReader(app, "oMei", time.Minute); err != nil {
			return err
		}
		if _, err := sc.AddNotice(&models.Notice{Idem: "n", AppID: app, TemplateID: "t", OpenID: "oMei", Data: "{}"}); err != nil {
			return err
		}
		token, err = sc.InsertSession(&models.Session{Kind: models.MiniSession, MemberID: member, AppID: app}, []byte("k"), time.Hour)
		return err
	}))
	at := b.clock.Now().Unix()
	b.event(t, app, "oMei", "user_enter_tempsession", at, "<SessionFrom>x</SessionFrom>")
	b.event(t, app, "oPlatform", event, at, "<OpenID>oMei</OpenID><AppID>"+app+"</AppID><RevokeInfo>"+info+"</RevokeInfo>")
	if _, err := b.store.Read(t.Context()).SessionByToken(models.MiniSession, token); !models.IsKind(err, models.Denied) {
		t.Errorf("her session is %v", err)
	}
	if n := b.bodies(t, b.channel(t, models.MiniProgram), "oMei"); n != 0 {
		t.Errorf("%d pushes still say something", n)
	}
	if _, err := b.scope(t).Reader(app, "oMei"); known && err != nil || !known && !models.IsKind(err, models.NotFound) {
		t.Errorf("that she was here: %v", err)
	}
	if all, err := b.scope(t).Notices(app, "t", 0, 9); err != nil || (len(all) == 1) != known {
		t.Errorf("%d notices are for her, %v", len(all), err)
	}
	if m, err := b.scope(t).MemberNamed(name); err != nil || (m == member) != known {
		t.Errorf("her name leads to %s, %v", m, err)
	}
	if all, err := b.scope(t).IdentitiesOf(member); err != nil || known && len(all) != 2 || !known && len(all) != 0 {
		t.Errorf("she has %d names, %v", len(all), err)
	}
	if all, err := b.scope(t).TouchesOf(member); err != nil || len(all) != 1 {
		t.Errorf("she has %d touches, %v", len(all), err)
	}
}

// TestAfterWithdrawing: what she did after she withdrew something, and we work on after it as well, has its effect.
func TestAfterWithdrawing(t *testing.T) {
	t.Parallel()
	const app = wechatsim.DefaultOfficialAppID
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		for _, push := range []string{
			"<FromUserName>oMei</FromUserName><Event>CLICK</Event><EventKey>before</EventKey>",
			"<FromUserName>oPlatform</FromUserName><Event>user_authorization_revoke</Event><OpenID>oMei</OpenID><RevokeInfo>8</RevokeInfo>",
			"<FromUserName>oMei</FromUserName><Event>subscribe</Event><EventKey></EventKey>",
		} {
			_, err := b.sim.PushRaw(t.Context(), app, "oMei", fmt.Appendf(nil, `<xml><ToUserName>gh_51a000000001</ToUserName><CreateTime>%d</CreateTime>`+
				`<MsgType>event</MsgType>%s</xml>`, clock.Now().Unix(), push))
			must(t, err)
			clock.Advance(time.Second)
		}
		b.drain(t)
		f, err := b.scope(t).Follower(b.channel(t, models.OfficialAccount).ID, "oMei")
		if err != nil || !f.Following {
			t.Errorf("she follows: %v, %v", f.Following, err)
		}
		if n := b.bodies(t, b.channel(t, models.OfficialAccount), "oMei"); n != 1 {
			t.Errorf("%d pushes still say something, want what came after", n)
		}
	})
}
