package wechatsim

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// AcceptSubscribe taps "allow" in the subscription dialog of a Mini Program:
// one message of each template may be sent, and subscribe_msg_popup_event is
// pushed.
func (p *Person) AcceptSubscribe(ctx context.Context, mpAppID string, templateIDs ...string) error {
	return p.answerSubscribe(ctx, mpAppID, "accept", templateIDs)
}

// RejectSubscribe taps "cancel" in that dialog.
func (p *Person) RejectSubscribe(ctx context.Context, mpAppID string, templateIDs ...string) error {
	return p.answerSubscribe(ctx, mpAppID, "reject", templateIDs)
}

func (p *Person) answerSubscribe(ctx context.Context, appID, answer string, templateIDs []string) error {
	if len(templateIDs) == 0 {
		return nil
	}
	_, err := p.do(ctx, appID, []kind{mini}, func(acc *account, c *chat) (body, error) {
		var items []body
		for _, id := range templateIDs {
			if answer == "accept" {
				c.credits[id]++
			}
			items = append(items, body{
				{"TemplateId", id}, {"SubscribeStatusString", answer}, {"PopupScene", "0"},
			})
		}
		list := field{"List", group{wrapper: "SubscribeMsgPopupEvent", items: items}}
		return p.event(acc, "subscribe_msg_popup_event", list), nil
	})
	return err
}

// Credits is how many subscription messages of a template an app may still
// send to the person.
func (p *Person) Credits(mpAppID, templateID string) int {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.chat(mpAppID).credits[templateID]
}

type subscribeMessage struct {
	ToUser     string `json:"touser"`
	TemplateID string `json:"template_id"`
	Page       string `json:"page"`
	Data       map[string]struct {
		Value any `json:"value"`
	} `json:"data"`
}

// apiSubscribeSend refuses a second message to the same person while one is on
// its way; so it holds the lock only before and after.
func (s *Sim) apiSubscribeSend(c *call) (any, error) {
	var in subscribeMessage
	if err := c.read(&in); err != nil {
		return nil, err
	}
	key := c.acc.id + "/" + in.ToUser
	s.mu.Lock()
	p, busy := s.who(c.acc, in.ToUser), s.sending[key]
	if p != nil && !busy {
		s.sending[key] = true
	}
	s.mu.Unlock()
	if p == nil {
		return nil, apiError{Code: 40003}
	}
	if busy {
		return nil, apiError{Code: 43108}
	}
	gone := wait(c.r.Context(), s.opts.SendLatency)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sending, key)
	if gone != nil {
		return nil, apiError{Code: -1}
	}
	return s.acceptSubscribe(c, p, in)
}

func (s *Sim) acceptSubscribe(c *call, p *Person, in subscribeMessage) (any, error) {
	values, err := checkTemplate(c.acc.templates, in)
	if err != nil {
		return nil, err
	}
	ch := p.chat(c.acc.id)
	if ch.credits[in.TemplateID] == 0 {
		return nil, apiError{Code: 43101}
	}
	ch.credits[in.TemplateID]--
	ch.inbox = append(ch.inbox, Received{
		At: c.now, Kind: "subscribe", TemplateID: in.TemplateID, Page: in.Page, Data: values, Raw: c.body,
	})
	msgID := 3000000000000000000 + s.next("notice")
	s.tellSent(c.acc, p, in.TemplateID, msgID)
	return struct {
		status
		MsgID int64 `json:"msgid"`
	}{ok(), msgID}, nil
}

// checkTemplate checks template, page and fields and returns the texts shown.
func checkTemplate(templates map[string][]string, in subscribeMessage) (map[string]string, error) {
	want, known := templates[in.TemplateID]
	if in.TemplateID == "" || (templates != nil && !known) {
		return nil, apiError{Code: 40037}
	}
	if strings.HasPrefix(in.Page, "/") {
		return nil, apiError{Code: 41030, Msg: "invalid page"}
	}
	if len(in.Data) == 0 {
		return nil, apiError{Code: 47003, Msg: "data is empty"}
	}
	for _, name := range want {
		if _, given := in.Data[name]; !given {
			return nil, apiError{Code: 47003, Msg: fmt.Sprintf("data.%s.value is empty", name)}
		}
	}
	values := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(in.Data)) {
		var value string
		switch v := in.Data[name].Value.(type) {
		case string:
			value = v
		case float64:
			value = strconv.FormatFloat(v, 'f', -1, 64)
		}
		if known && !slices.Contains(want, name) || !validField(name, value) {
			return nil, apiError{Code: 47003, Msg: fmt.Sprintf("data.%s.value invalid", name)}
		}
		values[name] = value
	}
	return values, nil
}

// validField checks a value against the type that begins the field's name.
func validField(name, value string) bool {
	kindOf := strings.TrimRight(name, "0123456789")
	if value == "" || kindOf == name || strings.ContainsFunc(value, unicode.IsControl) {
		return false
	}
	most := map[string]int{
		"thing": 20, "number": 32, "letter": 32, "symbol": 5, "character_string": 32, "phrase": 5,
		"name": 20, "amount": 13, "phone_number": 17, "car_number": 8, "time": 40, "date": 40, "const": 20, "enum": 20, "enum_string": 20,
	}[kindOf]
	if utf8.RuneCountInString(value) > most {
		return false
	}
	switch kindOf {
	case "number":
		return !strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsDigit(r) && r != '.' && r != '-' })
	case "letter":
		return !strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) })
	case "character_string":
		return !strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII })
	case "phrase":
		return !strings.ContainsFunc(value, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
	}
	return true
}
