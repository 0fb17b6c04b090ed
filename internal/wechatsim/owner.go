package wechatsim

import (
	"fmt"
	"slices"
	"time"
)

// Task is a send task as its owner sees it on the phone.
type Task struct {
	MsgID     string    `json:"msgid"`
	CorpID    string    `json:"corpid"`
	Sender    string    `json:"sender"`
	ChatIDs   []string  `json:"chat_ids"` // empty: the owner chooses among all groups
	Text      string    `json:"text,omitempty"`
	Cards     []Post    `json:"cards,omitempty"` // its Mini Program cards: AppID, Page, Title
	Created   time.Time `json:"created"`
	Reminders int       `json:"reminders"` // within the last 24 hours
}

// OpenTasks are the tasks of a staff member that are neither sent nor
// cancelled, oldest first. An empty userID means everybody's.
func (s *Sim) OpenTasks(corpID, userID string) []Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	var open []Task
	for _, t := range s.tasks {
		if t.acc.id != corpID || (userID != "" && t.sender != userID) {
			continue
		}
		if t.sent.IsZero() && !t.cancelled && !s.dispatching(t, s.now()) {
			open = append(open, t.view(s.now()))
		}
	}
	return open
}

func (t *task) view(now time.Time) Task {
	v := Task{
		MsgID: t.msgID, CorpID: t.acc.id, Sender: t.sender, ChatIDs: slices.Clone(t.chatIDs),
		Text: t.text, Cards: t.cards(), Created: t.created,
	}
	for _, at := range t.reminded {
		if now.Sub(at) < remindEvery {
			v.Reminders++
		}
	}
	return v
}

func (t *task) cards() []Post {
	var cards []Post
	for _, a := range t.attached {
		if a.Mini != nil {
			cards = append(cards, Post{Title: a.Mini.Title, AppID: a.Mini.AppID, Page: a.Mini.Page})
		}
	}
	return cards
}

// Confirm is the owner tapping "send": each chosen group gets the message,
// with the simulator's present time. No chatIDs means all of the task's (or,
// when it names none, all the owner has). Groups that have had their
// broadcasts of the day, week or month get nothing; when that leaves none, the
// error is ErrCapped and the task stays open, unless such groups are shown
// (Options.ShowLimited): then it is done.
func (s *Sim) Confirm(corpID, msgID, userID string, chatIDs ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.byMsgID[msgID]
	if t == nil || t.acc.id != corpID || t.sender != userID || s.dispatching(t, s.now()) {
		return fmt.Errorf("confirm: %w", ErrNoTask)
	}
	switch {
	case t.cancelled:
		return fmt.Errorf("confirm: %w", ErrCancelled)
	case !t.sent.IsZero():
		return fmt.Errorf("confirm: %w", ErrAlreadySent)
	}
	groups, err := s.chosen(t, chatIDs)
	if err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	if err := s.handOut(t, groups); err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	return nil
}

// handOut puts a task into groups, as far as they take it; mu is held.
func (s *Sim) handOut(t *task, groups []*Group) error {
	now := s.now()
	full := func(g *Group) bool { return g.full(now) }
	if !s.opts.ShowLimited && !slices.ContainsFunc(groups, func(g *Group) bool { return !full(g) }) {
		return ErrCapped
	}
	t.sent = now
	for _, g := range groups {
		switch {
		case !full(g):
			t.rows = append(t.rows, sendRow{ChatID: g.chatID, UserID: t.sender, Status: statusSent, SendTime: now.Unix()})
			g.posts = append(g.posts, t.posts(now)...)
			g.masses = append(g.masses, now)
		case s.opts.ShowLimited:
			t.rows = append(t.rows, sendRow{ChatID: g.chatID, UserID: t.sender, Status: statusLimited, SendTime: now.Unix()})
		}
	}
	return nil
}

// chosen are the living groups the owner sends to.
func (s *Sim) chosen(t *task, chatIDs []string) ([]*Group, error) {
	var groups []*Group
	for _, g := range s.groups {
		mine := g.corp == t.acc && g.owner == t.sender && !g.dismissed
		offered := len(t.chatIDs) == 0 || slices.Contains(t.chatIDs, g.chatID)
		if mine && offered && (len(chatIDs) == 0 || slices.Contains(chatIDs, g.chatID)) {
			groups = append(groups, g)
		}
	}
	if len(groups) == 0 || (len(chatIDs) > 0 && len(groups) < len(chatIDs)) {
		return nil, fmt.Errorf("a chosen group is not in the task: %w", ErrNoTask)
	}
	return groups, nil
}

// posts are what the members see: one for each card, or the text alone.
func (t *task) posts(now time.Time) []Post {
	posts := t.cards()
	if len(posts) == 0 {
		posts = []Post{{}}
	}
	for i := range posts {
		posts[i].At, posts[i].By, posts[i].MsgID, posts[i].Text = now, t.sender, t.msgID, t.text
	}
	return posts
}
