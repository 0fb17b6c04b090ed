package wechatsim

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// activityLife is how long an activity id lives, and how long a card stays as it is when nothing comes for it.
const activityLife = 24 * time.Hour

// The templates of cards that change after they were posted (platform documentation "updatable messages" and of the chat
// tool, read in 2026).
const (
	TemplateStart       = "21B034D08C5615B9889CE362BB957B1EE69A584B" // updatable message: ends in "started"
	TemplateFull        = "666F374D69D16C932E45D7E7D9F10CEF6177F5F5" // updatable message: ends in "everybody is here"
	TemplateComplete    = "4A68CBB88A92B0A9311848DBA1E94A199B166463" // chat tool: "completed"
	TemplateParticipate = "2A84254B945674A2F88CE4970782C402795EB607" // chat tool: "took part"
)

// activity is what one card, posted as often as it may be, shows.
type activity struct {
	acc      *account
	id       string
	expires  time.Time
	changed  time.Time
	chatTool bool
	template string
	state    int
	count    string // member_count
	limit    string // room_limit
	done     int    // people whom a chat-tool card says to have taken part
	posts    []livePost
}

// livePost is where a card stands.
type livePost struct {
	group *Group
	index int
}

// Share is what a Mini Program says of a card before it is forwarded (wx.updateShareMenu).
type Share struct {
	ActivityID string
	TemplateID string
	ChatTool   bool   // useForChatTool
	Count      string // member_count
	Limit      string // room_limit
}

func (s *Sim) apiCreateActivity(c *call) (any, error) {
	a := &activity{acc: c.acc, expires: c.now.Add(activityLife), changed: c.now,
		id: s.mint("966_", base64url, 40, "activity", c.acc.id, strconv.FormatInt(s.next("activity"), 10))}
	s.activities[a.id] = a
	return struct {
		status
		ActivityID string `json:"activity_id"`
		Expires    int64  `json:"expiration_time"`
	}{ok(), a.id, a.expires.Unix()}, nil
}

// PostLive posts a card that can change, as its Mini Program declared it. An unknown or expired activity makes it a card
// like any other, as on a phone.
func (g *Group) PostLive(by *Person, post Post, as Share) error {
	s := g.sim
	if err := g.PostCard(by, post); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.activities[as.ActivityID]
	if a == nil || a.acc.id != post.AppID || !s.now().Before(a.expires) {
		return nil
	}
	if len(a.posts) == 0 {
		a.chatTool, a.template, a.count, a.limit = as.ChatTool, as.TemplateID, as.Count, as.Limit
		if a.chatTool {
			a.state = 1
		}
	}
	i := len(g.posts) - 1
	g.posts[i].Live = a.id
	a.posts = append(a.posts, livePost{g, i})
	a.show()
	return nil
}

// LiveCard is what an activity's cards say now: its state, and the words below the title.
func (s *Sim) LiveCard(activityID string) (state int, words string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.activities[activityID]
	if a == nil {
		return 0, "", false
	}
	a.age(s.now())
	return a.state, a.words(), true
}

// age ends a card for which nothing came for a day.
func (a *activity) age(now time.Time) {
	end := 2
	if a.chatTool {
		end = 3
	}
	if a.state != end && now.Sub(a.changed) >= activityLife {
		a.state = end
		a.show()
	}
}

// words are what everybody in the chat reads on the card.
func (a *activity) words() string {
	switch {
	case a.chatTool && a.state == 3, !a.chatTool && a.state == 2:
		return "已结束"
	case a.chatTool && a.state == 2:
		return "即将截止"
	case a.chatTool:
		return fmt.Sprintf("%d 人已参与", a.done)
	case a.state == 1 && a.template == TemplateFull:
		return "已到齐"
	case a.state == 1:
		return "已开始"
	}
	return fmt.Sprintf("成员正在加入，当前 %s/%s 人", a.count, a.limit)
}

// show changes the cards where they stand: nobody is notified and nothing moves.
func (a *activity) show() {
	for _, p := range a.posts {
		p.group.posts[p.index].State = a.words()
	}
}

// living finds an activity that a call may change.
func (s *Sim) living(c *call, id string) (*activity, error) {
	a := s.activities[id]
	if a == nil || a.acc != c.acc {
		return nil, apiError{Code: 47501}
	}
	if !c.now.Before(a.expires) {
		return nil, apiError{Code: 47504}
	}
	a.age(c.now)
	return a, nil
}

type updatableRequest struct {
	ActivityID  string `json:"activity_id"`
	TargetState *int   `json:"target_state"`
	Template    struct {
		Parameters []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"parameter_list"`
	} `json:"template_info"`
}

func (s *Sim) apiUpdatableSend(c *call) (any, error) {
	var in updatableRequest
	if err := c.read(&in); err != nil {
		return nil, err
	}
	a, err := s.living(c, in.ActivityID)
	if err != nil {
		return nil, err
	}
	if in.TargetState == nil || a.chatTool {
		return nil, apiError{Code: 47502}
	}
	to := *in.TargetState
	last := 2 // the guide knows three states, the page of the API two
	if s.opts.TwoCardStates {
		last = 1
	}
	if to < 0 || to > last || to < a.state || (to == a.state && to > 0) {
		return nil, apiError{Code: 47502}
	}
	said := map[string]string{}
	for _, p := range in.Template.Parameters {
		said[p.Name] = p.Value
	}
	switch {
	case to == 0 && (said["member_count"] == "" || said["room_limit"] == ""):
		return nil, apiError{Code: 47003, Msg: "member_count and room_limit are required"}
	case to == 1 && !slices.Contains([]string{"develop", "trial", "release"}, said["version_type"]):
		return nil, apiError{Code: 47503}
	case to == 1 && said["path"] == "":
		return nil, apiError{Code: 47003, Msg: "path is required"}
	case to == 0:
		a.count, a.limit = said["member_count"], said["room_limit"]
	}
	a.state, a.changed = to, c.now
	a.show()
	return ok(), nil
}

type chatToolRequest struct {
	ActivityID   string `json:"activity_id"`
	TemplateID   string `json:"template_id"`
	TargetState  int    `json:"target_state"`
	VersionType  *int   `json:"version_type"`
	Participants []struct {
		GroupOpenID string `json:"group_openid"`
		State       int    `json:"state"`
	} `json:"participator_info_list"`
}

func (s *Sim) apiChatToolSend(c *call) (any, error) {
	var in chatToolRequest
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if !c.acc.chatTool {
		return nil, apiError{Code: 48001}
	}
	a, err := s.living(c, in.ActivityID)
	if err != nil {
		return nil, err
	}
	switch {
	case in.TemplateID != TemplateComplete && in.TemplateID != TemplateParticipate: // the page of the API requires it
		return nil, apiError{Code: 40037}
	case in.TargetState < 1 || in.TargetState > 3 || in.TargetState < a.state || a.state == 3:
		return nil, apiError{Code: 47502}
	case in.VersionType != nil && (*in.VersionType < 0 || *in.VersionType > 2):
		return nil, apiError{Code: 47503}
	}
	for _, p := range in.Participants {
		if p.State != 1 {
			return nil, apiError{Code: 47502, Msg: "participator state"}
		}
	}
	a.chatTool, a.state, a.changed = true, in.TargetState, c.now
	for range in.Participants { // each one that is new makes a line in the chat that everybody reads
		a.done++
		for _, p := range a.posts {
			p.group.posts = append(p.group.posts, Post{At: c.now, By: "system", Text: "已参与"})
		}
	}
	a.show()
	return ok(), nil
}
