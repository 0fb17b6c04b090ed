package wechatsim

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// SubscribeTemplate is a subscription template as gettemplate shows it.
type SubscribeTemplate struct {
	ID      string              `json:"priTmplId"`
	Title   string              `json:"title"`
	Content string              `json:"content"` // "会议时间:{{date2.DATA}}\n…"
	Example string              `json:"example"`
	Type    int                 `json:"type"` // 2 once, 3 long-term; 0 is 2
	Enums   map[string][]string `json:"-"`    // values a field may have, by its name
}

var templateField = regexp.MustCompile(`\{\{(\w+)\.DATA\}\}`)

func fieldsOfTemplates(list []SubscribeTemplate) map[string][]string {
	all := map[string][]string{}
	for _, t := range list {
		fields := []string{}
		for _, found := range templateField.FindAllStringSubmatch(t.Content, -1) {
			fields = append(fields, found[1])
		}
		all[t.ID] = fields
	}
	return all
}

// SetTemplates changes which templates a Mini Program has, as its console can.
func (s *Sim) SetTemplates(mpAppID string, list ...SubscribeTemplate) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.account(mpAppID, mini)
	if err != nil {
		return fmt.Errorf("set templates: %w", err)
	}
	acc.listed, acc.templates = slices.Clone(list), fieldsOfTemplates(list)
	return nil
}

// apiTemplates is wxaapi/newtmpl/gettemplate.
func (s *Sim) apiTemplates(c *call) (any, error) {
	type enum struct {
		Code   string   `json:"keywordCode"`
		Values []string `json:"enumValueList"`
	}
	type line struct {
		SubscribeTemplate
		Enums []enum `json:"keywordEnumValueList,omitempty"`
	}
	data := []line{}
	for _, t := range c.acc.listed {
		l := line{SubscribeTemplate: t}
		if l.Type == 0 {
			l.Type = 2
		}
		for _, found := range templateField.FindAllStringSubmatch(t.Content, -1) {
			if values := t.Enums[found[1]]; values != nil {
				l.Enums = append(l.Enums, enum{found[1] + ".DATA", values})
			}
		}
		data = append(data, l)
	}
	return struct {
		status
		Data []line `json:"data"`
	}{ok(), data}, nil
}

// sentFailure is a delivery that fails after it was accepted.
type sentFailure struct {
	template string
	code     int
	status   string
}

// FailSent makes the next accepted message of a template fail on its way: its
// subscribe_msg_sent_event tells of it, as of the platform's own failures.
func (s *Sim) FailSent(templateID string, code int, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sentFails = append(s.sentFails, sentFailure{templateID, code, status})
}

// tellSent plans the event that says what became of an accepted message; mu is held.
func (s *Sim) tellSent(acc *account, p *Person, template string, msgID int64) {
	code, status := 0, "success"
	if i := slices.IndexFunc(s.sentFails, func(f sentFailure) bool { return f.template == template }); i >= 0 {
		code, status = s.sentFails[i].code, s.sentFails[i].status
		s.sentFails = slices.Delete(s.sentFails, i, i+1)
	}
	item := body{
		{"TemplateId", template}, {"MsgID", strconv.FormatInt(msgID, 10)}, {"ErrorCode", strconv.Itoa(code)}, {"ErrorStatus", status},
	}
	s.pushLater(s.now(), acc, p.OpenID(acc.id), p.event(acc, "subscribe_msg_sent_event",
		field{"List", group{wrapper: "SubscribeMsgSentEvent", items: []body{item}}}))
}
