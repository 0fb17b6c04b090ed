package wechatsim

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// joinWay is a QR or button by which people come into customer groups.
type joinWay struct {
	acc *account

	ConfigID string   `json:"config_id"`
	Scene    int      `json:"scene"`
	Remark   string   `json:"remark"`
	AutoNew  *int     `json:"auto_create_room"`
	BaseName string   `json:"room_base_name,omitempty"`
	BaseID   int      `json:"room_base_id,omitempty"`
	ChatIDs  []string `json:"chat_id_list"`
	QRCode   string   `json:"qr_code"`
	State    string   `json:"state"`
	Mark     bool     `json:"mark_source"`
}

func (s *Sim) apiAddJoinWay(c *call) (any, error) {
	var way joinWay
	if err := c.read(&way); err != nil {
		return nil, err
	}
	if err := s.checkJoinWay(c.acc, &way); err != nil {
		return nil, err
	}
	way.acc = c.acc
	way.ConfigID = s.mintHex("joinway", c.acc.id, strconv.FormatInt(s.next("joinway"), 10))
	way.QRCode = "http://" + c.r.Host + "/_sim/joinway/" + way.ConfigID + ".jpg"
	s.ways[way.ConfigID] = &way
	return struct {
		status
		ConfigID string `json:"config_id"`
	}{ok(), way.ConfigID}, nil
}

// checkJoinWay refuses what the platform refuses, and fills in what it fills in.
func (s *Sim) checkJoinWay(acc *account, way *joinWay) error {
	switch {
	case way.Scene != 1 && way.Scene != 2:
		return apiError{Code: 40058, Msg: "scene"}
	case len(way.ChatIDs) < 1 || len(way.ChatIDs) > 5:
		return apiError{Code: 40058, Msg: "chat_id_list should have 1 to 5 groups"}
	case utf8.RuneCountInString(way.State) > 30:
		return apiError{Code: 40058, Msg: "state should have at most 30 characters"}
	case utf8.RuneCountInString(way.BaseName) > 40:
		return apiError{Code: 40058, Msg: "room_base_name should have at most 40 characters"}
	}
	for _, id := range way.ChatIDs {
		if _, err := s.customerGroup(acc, id); err != nil {
			return err
		}
	}
	if remark := []rune(way.Remark); len(remark) > 30 {
		way.Remark = string(remark[:30])
	}
	if way.AutoNew == nil {
		one := 1
		way.AutoNew = &one
	}
	return nil
}

func (s *Sim) apiJoinWay(c *call) (any, error) {
	var in struct {
		ConfigID string `json:"config_id"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	way := s.ways[in.ConfigID]
	if way == nil || way.acc != c.acc {
		return nil, apiError{Code: 40058, Msg: "config_id"}
	}
	return struct {
		status
		Way *joinWay `json:"join_way"`
	}{ok(), way}, nil
}

// ScanJoinQR scans a join way's QR (or taps its button) and joins the first of
// its groups that has room, with the way's state. When all are full and the
// way allows it, WeCom makes a new group, whose creation is pushed first.
func (p *Person) ScanJoinQR(ctx context.Context, configID string) (*Group, error) {
	s := p.sim
	s.mu.Lock()
	way := s.ways[configID]
	if way == nil {
		s.mu.Unlock()
		return nil, fmt.Errorf("scan join qr: %w", ErrNoJoinWay)
	}
	g, created, err := s.room(way, p)
	if err != nil {
		s.mu.Unlock()
		return nil, fmt.Errorf("scan join qr: %w", err)
	}
	joined, err := g.admit(p, JoinVia{Scene: 3, State: way.State})
	s.mu.Unlock()
	if err != nil {
		return g, fmt.Errorf("scan join qr: %w", err)
	}
	if err := s.tell(ctx, g.corp, created); err != nil {
		return g, err
	}
	return g, s.tell(ctx, g.corp, joined)
}

// room finds the group a join way leads to, or makes the next one; mu is held.
func (s *Sim) room(way *joinWay, p *Person) (g *Group, created body, err error) {
	var last *Group
	for _, id := range way.ChatIDs {
		g := s.byChatID[id]
		if g.find(p) != nil {
			return nil, nil, ErrAlreadyMember
		}
		if !g.dismissed && len(g.members) < g.capacity {
			return g, nil, nil
		}
		last = g
	}
	if *way.AutoNew != 1 {
		return nil, nil, ErrGroupFull
	}
	name := way.BaseName
	if name == "" {
		name = last.name
	}
	way.BaseID = max(way.BaseID, 1)
	g = s.newCustomerGroup(way.acc, GroupSpec{
		Name: name + strconv.Itoa(way.BaseID), OwnerUserID: last.owner, Capacity: last.capacity, MonthlyCap: last.monthly,
	})
	way.BaseID++
	way.ChatIDs = append(slices.Clone(way.ChatIDs), g.chatID)
	return g, g.event("create"), nil
}
