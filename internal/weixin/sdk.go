package weixin

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/miniprogram"
	miniconfig "github.com/silenceper/wechat/v2/miniprogram/config"
	"github.com/silenceper/wechat/v2/officialaccount"
	officialconfig "github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/work"
	workconfig "github.com/silenceper/wechat/v2/work/config"
)

// build makes the account's SDK client with stand-ins for its secrets. The SDK's lazy getters race, so each is called once.
func (c *client) build(cred Credentials) {
	switch cred.Kind {
	case Official:
		oa := officialaccount.NewOfficialAccount(&officialconfig.Config{
			AppID: cred.ID, AppSecret: c.secretStandIn, Cache: c.tickets, UseStableAK: true,
		})
		oa.GetBasic()
		oa.GetMenu()
		oa.GetOauth()
		oa.GetMaterial()
		oa.GetDraft()
		oa.GetFreePublish()
		oa.GetJs()
		oa.GetUser()
		oa.GetTemplate()
		oa.GetCustomerMessageManager()
		oa.GetDevice()
		oa.GetBroadcast()
		oa.GetDataCube()
		oa.GetOCR()
		oa.GetSubscribe()
		c.official = oa
	case MiniProgram:
		c.mini = miniprogram.NewMiniProgram(&miniconfig.Config{
			AppID: cred.ID, AppSecret: c.secretStandIn, Cache: c.tickets, UseStableAK: true,
		})
	case WeCom:
		c.work = work.NewWork(&workconfig.Config{
			CorpID: cred.ID, CorpSecret: c.secretStandIn, AgentID: cred.AgentID, Cache: c.tickets,
		})
	}
}

// Official returns the SDK's client of an Official Account. Its GetAccessToken returns a stand-in, see Hub.Token.
func (h *Hub) Official(appID string) (*officialaccount.OfficialAccount, error) {
	c, err := h.find(appID)
	if err != nil {
		return nil, err
	}
	if c.official == nil {
		return nil, fmt.Errorf("%w: %s is not an Official Account", ErrNoAccount, appID)
	}
	return c.official, nil
}

// MiniProgram returns the SDK's client of a Mini Program. For login use Hub.Login: the SDK's code2Session does not escape
// the code.
func (h *Hub) MiniProgram(appID string) (*miniprogram.MiniProgram, error) {
	c, err := h.find(appID)
	if err != nil {
		return nil, err
	}
	if c.mini == nil {
		return nil, fmt.Errorf("%w: %s is not a Mini Program", ErrNoAccount, appID)
	}
	return c.mini, nil
}

// Work returns the SDK's client of one app of a WeCom corp. agentID may be empty while the corp has one app.
func (h *Hub) Work(corpID, agentID string) (*work.Work, error) {
	id := corpID
	if agentID != "" {
		id += "/" + agentID
	}
	c, err := h.find(id)
	if err != nil {
		return nil, err
	}
	if c.work == nil {
		return nil, fmt.Errorf("%w: %s is not a WeCom corp", ErrNoAccount, corpID)
	}
	return c.work, nil
}

// ticketCache is the SDK's cache of one account. It answers for access tokens with the stand-in, so the SDK never fetches
// one and never waits for one; JS-SDK tickets it keeps until their time is over.
type ticketCache struct {
	token string
	now   func() time.Time
	mu    sync.Mutex
	kept  map[string]ticket
}

type ticket struct {
	value   any
	expires time.Time
}

// Get returns nil for what is not there.
func (t *ticketCache) Get(key string) any {
	if strings.Contains(key, "access_token") {
		return t.token
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	kept, ok := t.kept[key]
	if !ok || !t.now().Before(kept.expires) {
		return nil
	}
	return kept.value
}

// Set keeps anything but access tokens.
func (t *ticketCache) Set(key string, value any, life time.Duration) error {
	if strings.Contains(key, "access_token") {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept[key] = ticket{value, t.now().Add(life)}
	return nil
}

// IsExist is part of the SDK's interface.
func (t *ticketCache) IsExist(key string) bool { return t.Get(key) != nil }

// Delete is part of the SDK's interface.
func (t *ticketCache) Delete(key string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.kept, key)
	return nil
}
