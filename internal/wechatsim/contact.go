package wechatsim

import (
	"context"
	"fmt"
	"slices"
)

// contactUser is a staff member who has somebody as a contact.
type contactUser struct {
	userID string
	state  string
	since  int64
}

// AddContact is somebody adding a staff member as a contact, by a way with
// that state; change_external_contact / add_external_contact is pushed.
func (p *Person) AddContact(ctx context.Context, corpID, userID, state string) error {
	s := p.sim
	s.mu.Lock()
	acc, err := s.account(corpID, wecom)
	if err != nil {
		s.mu.Unlock()
		return fmt.Errorf("add contact: %w", err)
	}
	has := func(c contactUser) bool { return c.userID == userID }
	if slices.ContainsFunc(acc.contactUsers[p], has) {
		s.mu.Unlock()
		return nil
	}
	acc.contactUsers[p] = append(acc.contactUsers[p], contactUser{userID, state, s.now().Unix()})
	b := append(sysEvent(acc, s, "change_external_contact"),
		field{"ChangeType", "add_external_contact"}, field{"UserID", userID},
		field{"ExternalUserID", p.ExternalUserID(corpID)}, field{"State", state})
	if !acc.greets { // with a welcome of the console's own there is no code
		b = append(b, field{"WelcomeCode", s.welcomeCode(acc, p, userID)})
	}
	s.mu.Unlock()
	return s.tell(ctx, acc, b)
}

func (s *Sim) apiContact(c *call) (any, error) {
	id := c.query.Get("external_userid")
	p := s.who(c.acc, id)
	if p == nil || len(c.acc.contactUsers[p]) == 0 {
		return nil, apiError{Code: 84061}
	}
	type contact struct {
		ID      string `json:"external_userid"`
		Name    string `json:"name"`
		Type    int    `json:"type"` // 1: WeChat user
		Gender  int    `json:"gender"`
		UnionID string `json:"unionid,omitempty"`
	}
	type follower struct {
		UserID  string `json:"userid"`
		Remark  string `json:"remark"`
		Created int64  `json:"createtime"`
		AddWay  int    `json:"add_way"` // 1: by QR
		State   string `json:"state,omitempty"`
	}
	who := contact{ID: id, Name: p.name, Type: 1}
	if !c.acc.unbound {
		who.UnionID = p.UnionID()
	}
	followers := []follower{}
	for _, u := range c.acc.contactUsers[p] {
		followers = append(followers, follower{u.userID, p.name, u.since, 1, u.state})
	}
	return struct {
		status
		Contact   contact    `json:"external_contact"`
		Followers []follower `json:"follow_user"`
	}{ok(), who, followers}, nil
}
