package wechatsim

import (
	"fmt"
	"strconv"
)

// GroupMass is a mass message that a staff member writes on her phone.
type GroupMass struct {
	ChatIDs []string // empty: all groups she owns
	Text    string
	Cards   []Post // Mini Program cards: AppID, Page, Title
}

// PostMass is a staff member sending a mass message of her own to groups she
// owns, without anybody having asked her: it is sent at once, counts in the
// groups' caps, and is listed with create_type 1 and her as creator. It
// returns the msgid.
func (s *Sim) PostMass(corpID, userID string, m GroupMass) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.account(corpID, wecom)
	if err != nil {
		return "", fmt.Errorf("post by hand: %w", err)
	}
	t := &task{
		acc: acc, sender: userID, creator: userID, text: m.Text, created: s.now(),
		msgID: s.mint("msg", base64url, 29, "mass", acc.id, strconv.FormatInt(s.next("mass"), 10)),
	}
	for _, c := range m.Cards {
		t.attached = append(t.attached, attachment{MsgType: "miniprogram", Mini: &miniCard{Title: c.Title, AppID: c.AppID, Page: c.Page}})
	}
	groups, err := s.chosen(t, m.ChatIDs)
	if err == nil {
		err = s.handOut(t, groups)
	}
	if err != nil {
		return "", fmt.Errorf("post by hand: %w", err)
	}
	for _, g := range groups {
		t.chatIDs = append(t.chatIDs, g.chatID)
	}
	s.addTask(t)
	return t.msgID, nil
}

// VanishTask lets a task be unknown to the API from now on, as when somebody
// deletes it in the administrator's console. What its owner has on her phone
// stays there: she may still send it.
func (s *Sim) VanishTask(msgID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.byMsgID[msgID]; t != nil {
		t.vanished = true
	}
}

// ExpireMedia ends the life of everything that was uploaded.
func (s *Sim) ExpireMedia() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.media {
		m.expires = s.now()
	}
}
