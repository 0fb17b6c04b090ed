package bot_test

import (
	"testing"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// facts is all of the store that a push to a channel may change, about whom it is about and about the community.
func (g *goldenWorld) facts(t *testing.T, c models.Channel, m weixin.Message) map[string]int {
	t.Helper()
	f := map[string]int{}
	sc := g.scope(t)
	members, err := sc.CountMembers()
	must(t, err)
	f["member"] = int(members)
	inbox, err := sc.CountInbox()
	must(t, err)
	f["stored"], f["dead"], f["pending"] = int(inbox.Accepted), int(inbox.Dead), int(inbox.Pending)
	audits, err := sc.Audits(1000)
	must(t, err)
	for _, a := range audits {
		f["audit:"+a.Action]++
	}
	for _, j := range g.waiting(t) {
		if j.CommunityID == g.community {
			f["job:"+j.Kind]++
		}
	}
	if m.Check != nil {
		check, err := sc.CheckByTrace(c.AppID, m.Check.TraceID)
		if err == nil {
			f[fact("check", check.State)]++
		} else if !models.IsKind(err, models.NotFound) {
			t.Fatal(err)
		}
	}
	if m.Mass != nil {
		chunk, err := sc.ChunkByMsgID(c.ID, m.MsgID)
		if err == nil {
			f[fact("mass", chunk.State)]++
		} else if !models.IsKind(err, models.NotFound) {
			t.Fatal(err)
		}
	}
	if m.Person() != "" {
		g.personFacts(t, f, c, m.Person())
	}
	return f
}

// waiting is every job that will run within a week.
func (g *goldenWorld) waiting(t *testing.T) []models.Job {
	t.Helper()
	now := g.clock.Now()
	g.clock.Set(now.Add(7 * 24 * time.Hour))
	defer g.clock.Set(now)
	all, err := g.scope(t).DueJobs(now, 10_000)
	must(t, err)
	return all
}

func (g *goldenWorld) personFacts(t *testing.T, f map[string]int, c models.Channel, id string) {
	t.Helper()
	sc := g.scope(t)
	kind := models.OpenID
	if c.Kind == models.WeCom {
		kind = models.ExternalUserID
	}
	member, err := sc.MemberNamed(models.Name{Kind: kind, Scope: c.AppID, Value: id})
	must(t, err)
	if member != 0 {
		f["named"]++
		touches, err := sc.TouchesOf(member)
		must(t, err)
		for _, touch := range touches {
			f[fact("touch", touch.Kind)]++
		}
	}
	switch follower, err := sc.Follower(c.ID, id); {
	case err == nil && follower.Following:
		f["following"]++
	case err == nil:
		f["left"]++
	case !models.IsKind(err, models.NotFound):
		t.Fatal(err)
	}
	windows, err := sc.SendWindows(c.ID, sc.SenderKey(c.ID, id))
	must(t, err)
	for _, w := range windows {
		if w.ClosedBy == "" {
			f[fact("window", w.Kind, w.Quota)]++
		}
	}
	credits, err := sc.CreditsOf(c.AppID, id)
	must(t, err)
	for _, credit := range credits {
		f[fact("credit", credit.TemplateID[:2])] += credit.Left()
	}
	notices, err := sc.Notices(c.AppID, goldenTemplate, 0, 1000)
	must(t, err)
	for _, n := range notices {
		if n.OpenID == id {
			f[fact("notice", n.State)]++
		}
	}
	pushes, err := sc.PushesFrom(c.ID, id)
	must(t, err)
	for _, p := range pushes {
		if len(p.Body) == 0 {
			f["blanked"]++
		}
	}
	if s, err := g.store.Read(t.Context()).SessionByToken(models.MiniSession, g.token); err == nil && s.MemberID == member {
		f["session"]++
	} else if err != nil && !models.IsKind(err, models.Denied) {
		t.Fatal(err)
	}
}

// goldenTemplate is the template of the golden files.
const goldenTemplate = "xw5UBxB9M-IOh2GvDPaYmBOXnZ-ynfPGDNBFdIYrjEA"

// write changes the store before a push.
func (g *goldenWorld) write(t *testing.T, fn func(*models.Scope) error) {
	t.Helper()
	must(t, g.store.Tx(t.Context(), func(tx *models.Tx) error { return fn(tx.In(g.community)) }))
}

// followed has her follow ten minutes before.
func followed(t *testing.T, g *goldenWorld, c models.Channel, m weixin.Message) {
	t.Helper()
	g.event(t, c.AppID, m.FromUserName, "subscribe", m.CreateTime-600, "<EventKey></EventKey>")
}

// known makes her somebody who is signed in and has sent something.
func known(t *testing.T, g *goldenWorld, c models.Channel, m weixin.Message) {
	t.Helper()
	g.write(t, func(sc *models.Scope) error {
		member, err := sc.Identify(models.Name{Kind: models.OpenID, Scope: c.AppID, Value: m.Person()})
		if err != nil {
			return err
		}
		g.token, err = sc.InsertSession(&models.Session{Kind: models.MiniSession, MemberID: member, AppID: c.AppID}, []byte("k"), time.Hour)
		return err
	})
	g.event(t, c.AppID, m.Person(), "debug_demo", m.CreateTime-600, "<debug_str>x</debug_str>")
}

// allowed gives her a credit.
func allowed(t *testing.T, g *goldenWorld, c models.Channel, m weixin.Message) {
	t.Helper()
	g.write(t, func(sc *models.Scope) error {
		_, err := sc.AddSubscription(models.Subscription{UID: "golden:" + c.AppID, AppID: c.AppID, OpenID: m.FromUserName,
			TemplateID: goldenTemplate, Source: models.SourceEvent, Answer: "accept", At: models.Millis(m.CreateTime-60) * 1000})
		return err
	})
}

// noticed has sent her the notice the push tells of.
func noticed(t *testing.T, g *goldenWorld, c models.Channel, m weixin.Message) {
	t.Helper()
	g.write(t, func(sc *models.Scope) error {
		n := models.Notice{Idem: "golden:" + c.AppID + m.FromUserName, AppID: c.AppID, TemplateID: goldenTemplate,
			OpenID: m.FromUserName, Data: "{}", Lang: "zh_CN", MsgID: m.Subscriptions[0].MsgID}
		if _, err := sc.AddNotice(&n); err != nil {
			return err
		}
		n.MsgID = m.Subscriptions[0].MsgID
		if _, err := sc.MoveNotice(n, models.NoticeWaiting, models.NoticeSending, ""); err != nil {
			return err
		}
		_, err := sc.MoveNotice(n, models.NoticeSending, models.NoticeAccepted, "")
		return err
	})
}

// asked has asked the platform to look at the picture.
func asked(t *testing.T, g *goldenWorld, c models.Channel, m weixin.Message) {
	t.Helper()
	g.write(t, func(sc *models.Scope) error {
		k := models.Check{Object: "golden:" + m.Check.TraceID, Kind: models.CheckImage, Scene: models.SceneSocial,
			Content: "https://example.com/a.jpg", AppID: c.AppID}
		if _, err := sc.AddCheck(&k); err != nil {
			return err
		}
		k.State, k.TraceID, k.AppID, k.AskedAt = models.CheckChecking, m.Check.TraceID, c.AppID, sc.Now
		_, err := sc.MoveCheck(k, models.CheckUnchecked)
		return err
	})
}

// broadcasted has sent the mass message the push tells of.
func broadcasted(t *testing.T, g *goldenWorld, c models.Channel, m weixin.Message) {
	t.Helper()
	g.write(t, func(sc *models.Scope) error {
		b := models.Broadcast{ChannelID: c.ID, Name: "golden", ContentJSON: "{}", AudienceJSON: "{}"}
		if err := sc.InsertBroadcast(&b); err != nil {
			return err
		}
		chunk := models.Chunk{BroadcastID: b.ID, ChannelID: c.ID, Seq: 1, Kind: "everyone"}
		if err := sc.InsertChunk(&chunk); err != nil {
			return err
		}
		if _, err := sc.CallChunk(chunk.ID, 202605); err != nil {
			return err
		}
		_, err := sc.AcceptChunk(chunk.ID, m.MsgID)
		return err
	})
}
