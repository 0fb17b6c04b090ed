package weixin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
)

// MsgTypeEvent is the MsgType of everything that is not a message somebody typed or sent.
const MsgTypeEvent = "event"

// Message is what we read of a push. Fields a push does not have are empty. What is not here can be had with
// Envelope.Field.
type Message struct {
	Format    Format // how it came; a reply goes back the same way
	Encrypted bool

	ToUserName   string
	FromUserName string // an openid; "sys" for WeCom's customer events
	CreateTime   int64  // seconds
	MsgType      string // text, image, …, event
	MsgID        string // MsgId of a message, or MsgID of the job an event reports on

	Content  string
	MediaID  string
	Event    string // subscribe, SCAN, …; change_external_chat, …
	EventKey string // qrscene_ and the scene on subscribe; the bare scene on SCAN; the key or address of a menu item
	Ticket   string
	Status   string // of the job an event reports on

	// WeCom
	AgentID        string
	ChangeType     string
	ChatID         string
	UpdateDetail   string // add_member, del_member, …
	JoinScene      int64
	QuitScene      int64
	MemChangeCnt   int64
	MemChangeList  []string
	UserID         string
	ExternalUserID string
	State          string
	WelcomeCode    string // good for 20 s

	// Subscriptions are the answers of a subscribe_msg_popup_event, subscribe_msg_change_event or
	// subscribe_msg_sent_event: all of them, whether they came as one object or a list.
	Subscriptions []Subscription
}

// Subscription is one line of a subscription event.
type Subscription struct {
	TemplateID  string
	Status      string // accept or reject
	PopupScene  int64
	MsgID       string
	ErrorCode   int64 // of a sent message; 0 is success
	ErrorStatus string
}

// ParseMessage reads a decrypted body, XML or JSON. The error is ErrMalformed.
func ParseMessage(plain []byte) (Message, error) {
	doc, format, err := document(plain)
	if err != nil {
		return Message{}, err
	}
	if format == JSON {
		return parseJSON(doc)
	}
	return parseXML(string(doc))
}

// DedupeKey names a message so that a second copy of it can be refused, within one account. Messages have an id of their
// own. Events do not, and the documented FromUserName and CreateTime collide (two events in one second; every WeCom
// customer event comes from "sys"), so they are named by the first half of the SHA-256 of their decrypted body.
func (m Message) DedupeKey(plain []byte) string {
	if m.MsgType != MsgTypeEvent && m.MsgID != "" {
		return "m:" + m.MsgID
	}
	sum := sha256.Sum256(plain)
	return "e:" + hex.EncodeToString(sum[:16])
}

// Field reads any other top-level field of the message by its documented name; empty when there is none.
func (e Envelope) Field(name string) string {
	doc, format, err := document(e.Plain)
	if err != nil {
		return ""
	}
	if format == JSON {
		var all map[string]loose
		if err := json.Unmarshal(doc, &all); err != nil {
			return ""
		}
		return string(all[name])
	}
	value, err := xmlField(valid(string(doc)), name)
	if err != nil {
		return ""
	}
	return value
}

// set stores one top-level field. It reports false for a value that makes the message unreadable.
func (m *Message) set(name, value string) bool {
	switch name {
	case "ToUserName":
		m.ToUserName = value
	case "FromUserName":
		m.FromUserName = value
	case "CreateTime":
		var err error
		m.CreateTime, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		return err == nil
	case "MsgType":
		m.MsgType = value
	case "MsgId", "MsgID":
		m.MsgID = value
	case "Content":
		m.Content = value
	case "MediaId":
		m.MediaID = value
	case "Event":
		m.Event = value
	case "EventKey":
		m.EventKey = value
	case "Ticket":
		m.Ticket = value
	case "Status":
		m.Status = value
	default:
		m.setWeCom(name, value)
	}
	return true
}

func (m *Message) setWeCom(name, value string) {
	switch name {
	case "AgentID":
		m.AgentID = value
	case "ChangeType":
		m.ChangeType = value
	case "ChatId":
		m.ChatID = value
	case "UpdateDetail":
		m.UpdateDetail = value
	case "JoinScene":
		m.JoinScene = number(value)
	case "QuitScene":
		m.QuitScene = number(value)
	case "MemChangeCnt":
		m.MemChangeCnt = number(value)
	case "MemChangeList":
		m.addMembers(value)
	case "UserID":
		m.UserID = value
	case "ExternalUserID":
		m.ExternalUserID = value
	case "State":
		m.State = value
	case "WelcomeCode":
		m.WelcomeCode = value
	}
}

// addMembers takes one id or several; the flat shape of the list is not documented and is seen with either.
func (m *Message) addMembers(value string) {
	ids := strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(",;| \t\r\n", c) })
	m.MemChangeList = append(m.MemChangeList, ids...)
}

func (s *Subscription) set(name, value string) {
	switch name {
	case "TemplateId":
		s.TemplateID = value
	case "SubscribeStatusString":
		s.Status = value
	case "PopupScene":
		s.PopupScene = number(value)
	case "MsgID", "MsgId":
		s.MsgID = value
	case "ErrorCode":
		s.ErrorCode = number(value)
	case "ErrorStatus":
		s.ErrorStatus = value
	}
}

// number reads a field that says something about a message but does not decide what it is: no number is 0.
func number(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
