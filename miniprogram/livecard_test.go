package miniprogram_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/miniprogram"
	"siyu/models"
	"siyu/offers"
)

const (
	createActivity = "/cgi-bin/message/wxopen/activityid/create"
	updatableSend  = "/cgi-bin/message/wxopen/updatablemsg/send"
)

// counter is an owner with the task of one card in her group.
type counter struct {
	*world
	owner   *wechatsim.Person
	chat    *wechatsim.Group
	session models.Session
	offer   models.Offer
	task    models.Task
}

func newCounter(t *testing.T, w *world, stock int, lasts time.Duration) *counter {
	t.Helper()
	c := &counter{world: w, owner: w.sim.NewPerson("群主")}
	c.chat = w.sim.NewOrdinaryGroup("海港二群", c.owner)
	c.session = w.login(t, c.owner)
	group := w.card(t, models.Group{Name: "海港二群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}, "seed")
	w.do(t, func(sc *models.Scope) error {
		a := models.Account{Role: models.Organiser, Login: fmt.Sprintf("owner-%d", w.visits), Name: "群主", PasswordHash: []byte("none")}
		if err := sc.InsertAccount(&a); err != nil {
			return err
		}
		if _, err := sc.OfferOperatorCode(a.ID, "OPERATOR", time.Hour); err != nil {
			return err
		}
		if _, err := sc.BindOperator("OPERATOR", appID, c.owner.OpenID(appID), c.session.MemberID); err != nil {
			return err
		}
		c.offer = models.Offer{State: models.OfferApproved, Title: "肉桂卷", Body: "买一送一", Currency: "CAD", Stock: stock, PerMember: 1,
			StartsAt: sc.Now, EndsAt: sc.Now.Add(lasts), RedeemBy: sc.Now.Add(lasts)}
		if err := sc.InsertOffer(&c.offer); err != nil {
			return err
		}
		p := models.Placement{Code: "CARD", Idem: "card", GroupID: group.ID, OfferID: c.offer.ID}
		if _, err := sc.AddPlacement(&p); err != nil {
			return err
		}
		c.task = models.Task{Subject: models.SubjectOf(p.ID, 0), PlacementID: p.ID, GroupID: group.ID, Kind: models.OrdinaryGroup,
			State: models.TaskOpen, DueAt: sc.Now.Add(6 * time.Hour)}
		_, err := sc.AddTask(&c.task)
		return err
	})
	return c
}

// ready asks for the card.
func (c *counter) ready(t *testing.T) miniprogram.TaskCard {
	t.Helper()
	card, err := c.CardOfTask(t.Context(), c.session, c.task.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// forward posts it as the client declares it.
func (c *counter) forward(t *testing.T, card miniprogram.TaskCard) {
	t.Helper()
	as := wechatsim.Share{ActivityID: card.ActivityID, TemplateID: card.TemplateID, ChatTool: card.Kind == models.CardChatTool}
	for _, p := range card.Parameters {
		if p.Name == "member_count" {
			as.Count = p.Value
		} else {
			as.Limit = p.Value
		}
	}
	if err := c.chat.PostLive(c.owner, wechatsim.Post{AppID: appID, Page: card.Path, Title: card.Title}, as); err != nil {
		t.Fatal(err)
	}
}

// sold takes vouchers from the stock and asks for a refresh after each, as claims do.
func (c *counter) sold(t *testing.T, n int) {
	t.Helper()
	for range n {
		c.do(t, func(sc *models.Scope) error {
			if _, err := sc.TakeStock(c.offer.ID); err != nil {
				return err
			}
			card, err := sc.LiveCardOfTask(c.task.ID)
			if err != nil {
				return err
			}
			return jobs.Enqueue(sc.Tx, offers.RefreshCard{Community: sc.Community, Card: card.ID}, sc.Now)
		})
	}
}

func (c *counter) wait(t *testing.T, d time.Duration) {
	t.Helper()
	c.clock.Advance(d)
	if _, err := c.runner.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (c *counter) says(t *testing.T, want string) {
	t.Helper()
	if posts := c.chat.Posts(); len(posts) != 1 || posts[0].State != want {
		t.Errorf("the chat shows %+v, want one card that says %q", posts, want)
	}
}

func (c *counter) calls(api string) (n int) {
	for _, call := range c.sim.Calls(0) {
		if call.Path == api {
			n++
		}
	}
	return n
}

func (c *counter) stands(t *testing.T, state models.CardState, problem string) {
	t.Helper()
	got, err := c.CardOfPlacement(t.Context(), c.community, c.task.PlacementID)
	if err != nil || got.State != state || got.Problem != problem {
		t.Errorf("%+v %v, want %s %q", got, err, state, problem)
	}
}

// TestLiveCard: one card in the chat shows what is taken until everything is, and is never posted again.
func TestLiveCard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := newCounter(t, w, 12, 5*time.Hour)
		var wg sync.WaitGroup
		ids := make([]string, 6)
		for i := range ids {
			wg.Go(func() {
				card, err := c.CardOfTask(t.Context(), c.session, c.task.ID, "")
				if err != nil {
					t.Error(err)
				}
				ids[i] = card.ActivityID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id == "" || id != ids[0] {
				t.Fatalf("one task has the cards %v", ids)
			}
		}
		made := c.calls(createActivity)
		card := c.ready(t)
		if card.Kind != models.CardUpdatable || card.ActivityID == "" || card.Path != "pages/offer/index?p=CARD" || card.Title != "【广告】肉桂卷" {
			t.Fatalf("got %+v", card)
		}
		if again := c.ready(t); again.ActivityID != card.ActivityID || card.ActivityID != ids[0] || c.calls(createActivity) != made {
			t.Errorf("a task has one card: %s and %s", card.ActivityID, again.ActivityID)
		}
		c.forward(t, card)
		c.says(t, "成员正在加入，当前 0/12 人")
		c.sold(t, 5)
		c.wait(t, time.Second)
		if n := c.calls(updatableSend); n != 0 {
			t.Errorf("%d calls within thirty seconds of the card", n)
		}
		c.wait(t, 30*time.Second)
		c.says(t, "成员正在加入，当前 5/12 人")
		c.sold(t, 5)
		c.wait(t, 31*time.Second)
		c.says(t, "成员正在加入，当前 10/12 人")
		c.sold(t, 2)
		c.wait(t, 31*time.Second)
		c.says(t, "已到齐")
		c.stands(t, models.CardEnded, "")
		c.wait(t, 10*time.Hour)
		if n := c.calls(updatableSend); n != 3 {
			t.Errorf("%d calls for twelve claims, want 3", n)
		}
	})
}

// TestLiveCardEnds: a card whose offer ends says so, one that has had its day is left alone, and one that the platform does
// not change any more is not asked for again.
func TestLiveCardEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := newCounter(t, w, 3, 5*time.Hour)
		c.forward(t, c.ready(t))
		c.sold(t, 1)
		c.wait(t, time.Minute)
		c.wait(t, 5*time.Hour)
		c.says(t, "已结束")
		c.stands(t, models.CardEnded, "")
	})
}

func TestLiveCardTrouble(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := newCounter(t, w, 9, 5*time.Hour)
		w.sim.Fail(createActivity, wechatsim.Fault{Errcode: 48001})
		if card := c.ready(t); card.Kind != models.CardPlain || card.Why[len(card.Why)-1] != miniprogram.CardUnmade {
			t.Errorf("without an activity: %+v", card)
		}
		w.clock.Advance(2 * time.Hour) // the refusal is remembered for a while
		c.forward(t, c.ready(t))
		w.sim.Fail(updatableSend, wechatsim.Fault{Disconnect: true, Execute: true})
		c.sold(t, 1)
		c.wait(t, 31*time.Second)
		c.wait(t, time.Minute) // the call is made again
		c.says(t, "成员正在加入，当前 1/9 人")
		c.stands(t, models.CardLive, "")
		w.sim.Fail(updatableSend, wechatsim.Fault{Errcode: 47504})
		c.sold(t, 1)
		c.wait(t, 31*time.Second)
		c.stands(t, models.CardEnded, "expired")
		n := c.calls(updatableSend)
		c.sold(t, 3)
		c.wait(t, 10*time.Hour)
		if c.calls(updatableSend) != n {
			t.Error("a card that has ended was changed")
		}
	})
}

// TestWhoseCard: only who is bound to an account of the team, and may post in the group, is told what the card is; and only
// while the task is open.
func TestWhoseCard(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := newCounter(t, w, 9, 5*time.Hour)
		stranger := w.login(t, w.sim.NewPerson("小梅"))
		_, err := c.CardOfTask(t.Context(), stranger, c.task.ID, "")
		wantCode(t, err, models.NotFound, "task_not_found")
		if c.calls(createActivity) != 0 {
			t.Error("an activity was made for a stranger")
		}
		w.clock.Advance(6 * time.Hour)
		_, err = c.CardOfTask(t.Context(), w.login(t, c.owner), c.task.ID, "")
		wantCode(t, err, models.Conflict, "task_closed")
	})
}

// TestLiveCardMeanwhile: what is claimed while the platform is asked for a card, the last of the stock too, is told afterwards.
func TestLiveCardMeanwhile(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	c := newCounter(t, w, 1, 5*time.Hour)
	api := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == createActivity {
			c.do(t, func(sc *models.Scope) error {
				_, err := sc.TakeStock(c.offer.ID)
				return err
			})
		}
		w.sim.Handler().ServeHTTP(rw, r)
	}))
	defer api.Close()
	hub, err := weixin.NewHub(weixin.HubOptions{WeChatAPI: api.URL, WeComAPI: api.URL, Now: w.clock.Now, LoopbackOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer hub.Close()
	if err := hub.AddAccount(weixin.Credentials{Kind: weixin.MiniProgram, ID: appID, Secret: wechatsim.DefaultMiniProgramSecret}); err != nil {
		t.Fatal(err)
	}
	w.hub = hub
	w.runner, w.Service = w.server(t)
	c.forward(t, c.ready(t))
	c.wait(t, time.Second)
	c.wait(t, 31*time.Second)
	c.says(t, "已到齐")
	c.stands(t, models.CardEnded, "")
}
