package wechatsim

import (
	"context"
	"fmt"
	"slices"
)

// ChangeOwner gives a customer group to another staff member and pushes
// change_external_chat / update / change_owner, which does not say to whom.
// Tasks that the old owner has not sent can reach the group no more.
func (g *Group) ChangeOwner(ctx context.Context, userID string) error {
	s := g.sim
	s.mu.Lock()
	switch {
	case g.corp == nil:
		s.mu.Unlock()
		return fmt.Errorf("change owner: %w", ErrWrongKind)
	case g.dismissed:
		s.mu.Unlock()
		return fmt.Errorf("change owner: %w", ErrDismissed)
	case g.owner == userID:
		s.mu.Unlock()
		return nil
	}
	b := g.give(userID)
	s.mu.Unlock()
	return s.tell(ctx, g.corp, b)
}

// give makes somebody else the owner and returns the push; mu is held.
func (g *Group) give(userID string) body {
	g.owner = userID
	return append(g.event("update"), field{"UpdateDetail", "change_owner"})
}

// Owner is the userid of a customer group's owner.
func (g *Group) Owner() string {
	g.sim.mu.Lock()
	defer g.sim.mu.Unlock()
	return g.owner
}

// StaffLeaves takes somebody out of a corporation: she is no more among those
// with customer contact, sends no task and can be given none (40003). Her
// groups stay hers until they are transferred. Nothing is pushed: the event of
// the address book goes to another secret.
func (s *Sim) StaffLeaves(corpID, userID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.account(corpID, wecom)
	if err != nil {
		return fmt.Errorf("staff leaves: %w", err)
	}
	acc.departed = append(acc.departed, userID)
	return nil
}

// left reports whether a staff member has left; mu is held.
func (a *account) left(userID string) bool { return slices.Contains(a.departed, userID) }

// mostTransfers is how many groups one call hands over, and dailyTransfers how
// many a new owner may be given a day (WeCom documents no code for more: 90507
// is the simulator's own).
const (
	mostTransfers  = 100
	dailyTransfers = 300
)

// apiTransfer hands the groups of somebody who has left to somebody else. Each
// group fails or not by itself.
func (s *Sim) apiTransfer(c *call) (any, error) {
	var in struct {
		ChatIDs  []string `json:"chat_id_list"`
		NewOwner string   `json:"new_owner"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if len(in.ChatIDs) == 0 || len(in.ChatIDs) > mostTransfers {
		return nil, apiError{Code: 40058, Msg: "chat_id_list should be 1 to 100"}
	}
	if in.NewOwner == "" || c.acc.left(in.NewOwner) {
		return nil, apiError{Code: 40003}
	}
	type failure struct {
		ChatID  string `json:"chat_id"`
		ErrCode int    `json:"errcode"`
		ErrMsg  string `json:"errmsg"`
	}
	failed := []failure{}
	day := c.now.In(china()).Format("2006-01-02") + " " + in.NewOwner
	for _, id := range in.ChatIDs {
		g := s.byChatID[id]
		switch {
		case g == nil || g.corp != c.acc || g.dismissed:
			failed = append(failed, failure{id, 90501, "chat is not external group chat"})
		case !c.acc.left(g.owner):
			failed = append(failed, failure{id, 90500, "the owner of this chat is not resigned"})
		case c.acc.transfers[day] >= dailyTransfers:
			failed = append(failed, failure{id, 90507, "too many groups of the new owner today"})
		default:
			if c.acc.transfers == nil {
				c.acc.transfers = map[string]int{}
			}
			c.acc.transfers[day]++
			s.pushLater(c.now, c.acc, "", g.give(in.NewOwner))
		}
	}
	return struct {
		status
		Failed []failure `json:"failed_chat_list"`
	}{ok(), failed}, nil
}
