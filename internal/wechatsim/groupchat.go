package wechatsim

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// page cuts one page out of n things: an opaque cursor says where it begins,
// and the next cursor is empty at the end.
func page(n int, cursor string, limit int) (from, to int, next string, err error) {
	if cursor != "" {
		raw, decodeErr := base64.RawURLEncoding.DecodeString(cursor)
		at, isCursor := strings.CutPrefix(string(raw), "at:")
		from, err = strconv.Atoi(at)
		if decodeErr != nil || !isCursor || err != nil || from < 0 || from > n {
			return 0, 0, "", apiError{Code: 40058, Msg: "cursor"}
		}
	}
	to = min(n, from+limit)
	if to < n {
		next = base64.RawURLEncoding.EncodeToString([]byte("at:" + strconv.Itoa(to)))
	}
	return from, to, next, nil
}

// mostVisible is how many people may be in an app's range before groupchat/list
// must be asked owner by owner.
const mostVisible = 1000

func (s *Sim) apiGroupList(c *call) (any, error) {
	var in struct {
		StatusFilter int `json:"status_filter"`
		OwnerFilter  struct {
			UserIDs []string `json:"userid_list"`
		} `json:"owner_filter"`
		Cursor string `json:"cursor"`
		Limit  int    `json:"limit"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.Limit < 1 || in.Limit > 1000 {
		return nil, apiError{Code: 40058, Msg: "limit should be 1 to 1000"}
	}
	if len(in.OwnerFilter.UserIDs) > 100 {
		return nil, apiError{Code: 40058, Msg: "at most 100 owners"}
	}
	if len(in.OwnerFilter.UserIDs) == 0 && c.acc.visible > mostVisible {
		return nil, apiError{Code: 81017}
	}
	type row struct {
		ChatID string `json:"chat_id"`
		Status int    `json:"status"`
	}
	owners := make(map[string]bool, len(in.OwnerFilter.UserIDs))
	for _, id := range in.OwnerFilter.UserIDs {
		owners[id] = true
	}
	rows := []row{}
	for _, g := range s.groups {
		mine := g.corp == c.acc && !g.dismissed && in.StatusFilter == 0
		if mine && (len(owners) == 0 || owners[g.owner]) {
			rows = append(rows, row{ChatID: g.chatID})
		}
	}
	from, to, next, err := page(len(rows), in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return struct {
		status
		List []row  `json:"group_chat_list"`
		Next string `json:"next_cursor,omitempty"`
	}{ok(), rows[from:to], next}, nil
}

type memberRow struct {
	UserID   string   `json:"userid"`
	Type     int      `json:"type"` // 1 staff, 2 external
	UnionID  string   `json:"unionid,omitempty"`
	JoinTime int64    `json:"join_time"`
	Scene    int      `json:"join_scene"`
	State    string   `json:"state,omitempty"`
	Invitor  *userRef `json:"invitor,omitempty"`
	Nickname string   `json:"group_nickname"`
	Name     string   `json:"name,omitempty"`
}

type userRef struct {
	UserID string `json:"userid"`
}

type groupRow struct {
	ChatID        string      `json:"chat_id"`
	Name          string      `json:"name"`
	Owner         string      `json:"owner"`
	CreateTime    int64       `json:"create_time"`
	Notice        string      `json:"notice,omitempty"`
	Members       []memberRow `json:"member_list"`
	Admins        []userRef   `json:"admin_list"`
	MemberVersion string      `json:"member_version"`
}

// customerGroup finds a corporation's own living group.
func (s *Sim) customerGroup(acc *account, chatID string) (*Group, error) {
	g := s.byChatID[chatID]
	if g == nil || g.corp != acc {
		return nil, apiError{Code: 40050}
	}
	if g.dismissed {
		return nil, apiError{Code: 49008}
	}
	return g, nil
}

func (s *Sim) apiGroup(c *call) (any, error) {
	var in struct {
		ChatID   string `json:"chat_id"`
		NeedName int    `json:"need_name"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	g, err := s.customerGroup(c.acc, in.ChatID)
	if err != nil {
		return nil, err
	}
	row := groupRow{
		ChatID: g.chatID, Name: g.name, Owner: g.owner, CreateTime: g.created.Unix(),
		Members: make([]memberRow, 0, len(g.members)), Admins: []userRef{},
		MemberVersion: g.memberVersion(g.version),
	}
	for _, m := range g.members {
		row.Members = append(row.Members, g.row(m, in.NeedName == 1))
	}
	return struct {
		status
		Group groupRow `json:"group_chat"`
	}{ok(), row}, nil
}

func (g *Group) row(m *groupMember, named bool) memberRow {
	row := memberRow{UserID: g.owner, Type: 1, JoinTime: m.joined.Unix(), Scene: m.via.Scene, State: m.via.State}
	name := g.owner
	if m.person != nil {
		row.UserID, row.Type, name = m.person.ExternalUserID(g.corp.id), 2, m.person.name
		if !g.corp.unbound {
			row.UnionID = m.person.UnionID()
		}
	}
	if m.via.Invitor != "" {
		row.Invitor = &userRef{m.via.Invitor}
	}
	if named {
		row.Name = name
	}
	return row
}

// apiOpenGID maps the id a Mini Program sees to the customer group; only the
// corporation's own groups are found.
func (s *Sim) apiOpenGID(c *call) (any, error) {
	var in struct {
		OpenGID string `json:"opengid"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	g := s.byOpenGID[in.OpenGID]
	if g == nil || g.corp != c.acc {
		return nil, apiError{Code: 40058, Msg: "opengid"}
	}
	return struct {
		status
		ChatID string `json:"chat_id"`
	}{ok(), g.chatID}, nil
}
