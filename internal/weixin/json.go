package weixin

import "encoding/json"

// loose is a JSON value read as text: pushes write the same field as a string one day and as a number the next. Objects
// and lists read as empty.
type loose string

// UnmarshalJSON never fails: what it is called with is valid JSON.
func (l *loose) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		return json.Unmarshal(b, (*string)(l))
	case '{', '[', 'n':
		*l = ""
	default:
		*l = loose(b)
	}
	return nil
}

// members reads MemChangeList: text, a list, or an object with either as Item.
type members struct{ flat }

func (m *members) UnmarshalJSON(b []byte) error {
	if b[0] != '{' {
		return m.flat.UnmarshalJSON(b)
	}
	var box struct{ Item flat }
	err := json.Unmarshal(b, &box)
	m.flat = box.Item
	return err
}

// flat is text or a list of text.
type flat []loose

func (f *flat) UnmarshalJSON(b []byte) error {
	if b[0] == '[' {
		return json.Unmarshal(b, (*[]loose)(f))
	}
	*f = make(flat, 1)
	return (*f)[0].UnmarshalJSON(b)
}

// lines reads List: the platform writes an object when there is one and a list when there are more.
type lines []line

type line struct {
	TemplateID            loose `json:"TemplateId"`
	SubscribeStatusString loose
	PopupScene            loose
	MsgID                 loose
	ErrorCode             loose
	ErrorStatus           loose
}

func (l *lines) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '[':
		return json.Unmarshal(b, (*[]line)(l))
	case '{':
		*l = make(lines, 1)
		return json.Unmarshal(b, &(*l)[0])
	}
	return nil
}

// jsonMessage mirrors Message. Keys match whatever their case, so MsgId and MsgID are one.
type jsonMessage struct {
	ToUserName, FromUserName, CreateTime, MsgType, MsgID, Content loose
	MediaID                                                       loose `json:"MediaId"`
	Event, EventKey, Ticket, Status, AgentID, ChangeType          loose
	ChatID                                                        loose `json:"ChatId"`
	UpdateDetail, JoinScene, QuitScene, MemChangeCnt              loose
	MemChangeList                                                 members
	UserID, ExternalUserID, State, WelcomeCode                    loose
	List                                                          lines
}

// parseJSON reads a push body in JSON.
func parseJSON(doc []byte) (Message, error) {
	var j jsonMessage
	if err := json.Unmarshal(doc, &j); err != nil {
		return Message{}, ErrMalformed // the decoder's error may quote the message
	}
	m := Message{
		Format:     JSON,
		ToUserName: string(j.ToUserName), FromUserName: string(j.FromUserName),
		MsgType: string(j.MsgType), MsgID: string(j.MsgID),
		Content: string(j.Content), MediaID: string(j.MediaID),
		Event: string(j.Event), EventKey: string(j.EventKey), Ticket: string(j.Ticket), Status: string(j.Status),
		AgentID: string(j.AgentID), ChangeType: string(j.ChangeType), ChatID: string(j.ChatID),
		UpdateDetail: string(j.UpdateDetail),
		JoinScene:    number(string(j.JoinScene)), QuitScene: number(string(j.QuitScene)),
		MemChangeCnt: number(string(j.MemChangeCnt)),
		UserID:       string(j.UserID), ExternalUserID: string(j.ExternalUserID),
		State: string(j.State), WelcomeCode: string(j.WelcomeCode),
	}
	if j.CreateTime != "" && !m.set("CreateTime", string(j.CreateTime)) {
		return Message{}, ErrMalformed
	}
	for _, id := range j.MemChangeList.flat {
		m.addMembers(string(id))
	}
	for _, l := range j.List {
		m.Subscriptions = append(m.Subscriptions, Subscription{
			TemplateID: string(l.TemplateID), Status: string(l.SubscribeStatusString),
			PopupScene: number(string(l.PopupScene)), MsgID: string(l.MsgID),
			ErrorCode: number(string(l.ErrorCode)), ErrorStatus: string(l.ErrorStatus),
		})
	}
	return m, nil
}
