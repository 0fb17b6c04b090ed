package weixin

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// MsgTypeEvent is the MsgType of everything that is not a message somebody typed or sent.
const MsgTypeEvent = "event"

// Message is one push, whatever its type: the typed value of all that the platform documents. Fields a push does not
// have are empty; a pointer is set exactly when the push is of the type it belongs to. What is not here, because nobody
// needs it or because the platform invented it later, can be had with ParseTree. A type or event we do not know is a
// Message like any other.
type Message struct {
	Format    Format // how it came; a reply goes back the same way
	Encrypted bool

	ToUserName   string
	FromUserName string // an openid; "sys" for WeCom's customer events; a system account where People says who is meant
	CreateTime   int64  // seconds
	MsgType      string // text, image, …, event
	MsgID        string // MsgId of a message, or MsgID of the job an event reports on

	Content   string
	MenuMsgID string // bizmsgmenuid: the item of a message menu that a text answers
	MediaID   string
	Event     string // subscribe, SCAN, …; change_external_chat, …
	EventKey  string // qrscene_ and the scene on subscribe; the bare scene on SCAN; the key or address of a menu item
	Ticket    string
	Status    string // of the job an event reports on

	// Messages
	Article *ArticleRef // the article a message was written under, whatever its type
	Media   *Media      // image, voice, video, shortvideo
	Place   *Place      // location, and the events LOCATION and location_select
	Link    *Link       // link
	Card    *Card       // miniprogrampage

	// Events of the menu
	MenuID   string    // of VIEW and view_miniprogram: which conditional menu it was
	Scan     *ScanCode // scancode_push, scancode_waitmsg
	Pictures *Pictures // pic_sysphoto, pic_photo_or_album, pic_weixin

	// Events that report on something
	Mass    *MassResult    // MASSSENDJOBFINISH
	Publish *PublishResult // PUBLISHJOBFINISH
	Check   *MediaCheck    // wxa_media_check
	Review  *CodeReview    // weapp_audit_success, weapp_audit_fail, weapp_audit_delay
	Notice  *NoticeResult  // notify_service_msg_send_result

	Punishment *Punishment // wxa_punish_event

	// Events about people
	Consent     *Consent // user_info_modified, user_authorization_revoke, user_authorization_cancellation
	Desk        *Desk    // kf_create_session, kf_close_session, kf_switch_session
	SessionFrom string   // of user_enter_tempsession: what the button says about where it was pressed
	Debug       string   // debug_str of debug_demo

	// WeCom
	AgentID        string
	ChangeType     string
	ChatID         string
	UpdateDetail   string // add_member, del_member, …
	JoinScene      int64
	QuitScene      int64
	MemChangeCnt   int64
	MemChangeList  []string
	LastMemVer     string // version of the member list before the change; newer pushes only
	CurMemVer      string // and after it
	UserID         string
	ExternalUserID string
	State          string
	WelcomeCode    string // good for 20 s
	Source         string // of del_external_contact: DELETE_BY_TRANSFER when the customer went to a colleague
	FailReason     string // of transfer_fail: customer_refused or customer_limit_exceed

	// Subscriptions are the answers of a subscribe_msg_popup_event, subscribe_msg_change_event or
	// subscribe_msg_sent_event: all of them, whether they came as one object or a list.
	Subscriptions []Subscription
}

// systemSender is who WeCom's customer events come from.
const systemSender = "sys"

// Person is whom a push is about: the openid of who wrote or did something or of whose consent changed, or the
// external_userid of a WeCom customer. It is empty when the push is about nobody.
func (m Message) Person() string {
	if m.Consent != nil && m.Consent.OpenID != "" {
		return m.Consent.OpenID
	}
	if m.FromUserName == systemSender {
		return m.ExternalUserID
	}
	return m.FromUserName
}

// ParseMessage reads a decrypted body, XML or JSON. The error is ErrMalformed. Only a body that cannot be read at all, or
// says its CreateTime in no number, is malformed: parts that are not what the documents promise read as empty.
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
// customer event comes from "sys"), so they are named by the first half of the SHA-256 of their decrypted body; and so is a
// message whose id is not the number it should be, because a store may not tell or hold it as it is.
func (m Message) DedupeKey(plain []byte) string {
	if m.MsgType != MsgTypeEvent && isMsgID(m.MsgID) {
		return "m:" + m.MsgID
	}
	sum := sha256.Sum256(plain)
	return "e:" + hex.EncodeToString(sum[:16])
}

// isMsgID reports whether s is a number as MsgId is documented to be: 64 bits.
func isMsgID(s string) bool {
	if s == "" || len(s) > len("18446744073709551615") {
		return false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// set stores one top-level field that has a value of its own. known is false for every other field, ok for a value that
// makes the message unreadable.
func (m *Message) set(name, value string) (known, ok bool) {
	switch name {
	case "ToUserName":
		m.ToUserName = value
	case "FromUserName":
		m.FromUserName = value
	case "CreateTime":
		var err error
		m.CreateTime, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		return true, err == nil
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
		return m.setWeCom(name, value), true
	}
	return true, true
}

func (m *Message) setWeCom(name, value string) (known bool) {
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
	case "UserID":
		m.UserID = value
	case "ExternalUserID":
		m.ExternalUserID = value
	case "State":
		m.State = value
	case "WelcomeCode":
		m.WelcomeCode = value
	default:
		return false
	}
	return true
}

// number reads a field that says something about a message but does not decide what it is: no number is 0.
func number(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
