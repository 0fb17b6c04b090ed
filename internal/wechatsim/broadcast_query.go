package wechatsim

import (
	"slices"
	"time"
)

const (
	remindMost  = 3
	remindEvery = 24 * time.Hour
	listSpan    = 31 * 24 * time.Hour
)

// readTask reads a query and finds the task it asks for, one of the
// corporation's own; while that is being dispatched it is refused with 41063.
func (s *Sim) readTask(c *call) (in taskQuery, t *task, err error) {
	if err := c.read(&in); err != nil {
		return in, nil, err
	}
	t = s.byMsgID[in.MsgID]
	if t == nil || t.acc != c.acc || t.vanished {
		return in, nil, apiError{Code: 40058, Msg: "msgid"}
	}
	if s.dispatching(t, c.now) {
		return in, nil, apiError{Code: 41063}
	}
	return in, t, nil
}

func (s *Sim) dispatching(t *task, now time.Time) bool {
	return now.Before(t.created.Add(s.opts.DispatchDelay))
}

type taskQuery struct {
	MsgID  string `json:"msgid"`
	UserID string `json:"userid"`
	Cursor string `json:"cursor"`
	Limit  int    `json:"limit"`
}

func (q taskQuery) limit() int {
	if q.Limit < 1 || q.Limit > 1000 {
		return 500
	}
	return q.Limit
}

// apiTaskList lists the tasks made in a span of at most a month, so that a
// caller can find one whose answer it never got.
func (s *Sim) apiTaskList(c *call) (any, error) {
	var in struct {
		ChatType  string `json:"chat_type"`
		StartTime int64  `json:"start_time"`
		EndTime   int64  `json:"end_time"`
		Filter    int    `json:"filter_type"` // 0 made by the corporation, 1 by members, 2 both
		Limit     int    `json:"limit"`
		Cursor    string `json:"cursor"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	span := time.Duration(in.EndTime-in.StartTime) * time.Second
	if in.ChatType != "group" || span < 0 || span > listSpan {
		return nil, apiError{Code: 40058, Msg: "chat_type or time span"}
	}
	if in.Limit < 1 || in.Limit > 100 {
		in.Limit = 50
	}
	type content struct {
		Content string `json:"content"`
	}
	type row struct {
		MsgID       string       `json:"msgid"`
		Creator     string       `json:"creator"`
		CreateTime  int64        `json:"create_time"`
		CreateType  int          `json:"create_type"`
		Text        content      `json:"text"`
		Attachments []attachment `json:"attachments"`
	}
	rows := []row{}
	for _, t := range s.tasks {
		at := t.created.Unix()
		if t.acc != c.acc || t.vanished || at < in.StartTime || at > in.EndTime || c.now.Before(t.created.Add(s.opts.ListDelay)) {
			continue
		}
		if in.Filter == 2 || in.Filter == t.madeBy() {
			rows = append(rows, row{t.msgID, t.creator, at, t.madeBy(), content{t.text}, t.attached})
		}
	}
	from, to, next, err := page(len(rows), in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	return struct {
		status
		Next string `json:"next_cursor,omitempty"`
		List []row  `json:"group_msg_list"`
	}{ok(), next, rows[from:to]}, nil
}

// madeBy is the task's create_type: 0 the corporation, 1 a member.
func (t *task) madeBy() int {
	if t.creator != "" {
		return 1
	}
	return 0
}

// apiTaskSenders says whether the sender has confirmed: 0 not yet, 2 sent.
func (s *Sim) apiTaskSenders(c *call) (any, error) {
	in, t, err := s.readTask(c)
	if err != nil {
		return nil, err
	}
	type row struct {
		UserID   string `json:"userid"`
		Status   int    `json:"status"`
		SendTime int64  `json:"send_time,omitempty"`
	}
	sender := row{UserID: t.sender}
	if !t.sent.IsZero() {
		sender.Status, sender.SendTime = 2, t.sent.Unix()
	}
	rows := []row{sender}
	from, to, next, err := page(len(rows), in.Cursor, in.limit())
	if err != nil {
		return nil, err
	}
	return struct {
		status
		Next string `json:"next_cursor,omitempty"`
		List []row  `json:"task_list"`
	}{ok(), next, rows[from:to]}, nil
}

// apiTaskResult lists the groups that got the message. For groups the platform
// returns sent rows only: an absent row is "not sent", for whatever reason.
func (s *Sim) apiTaskResult(c *call) (any, error) {
	in, t, err := s.readTask(c)
	if err != nil {
		return nil, err
	}
	if in.UserID == "" {
		return nil, apiError{Code: 40058, Msg: "userid"}
	}
	rows := []sendRow{}
	if in.UserID == t.sender {
		for _, r := range t.rows {
			if !c.now.Before(time.Unix(r.SendTime, 0).Add(s.opts.ResultDelay)) {
				rows = append(rows, r)
			}
		}
	}
	from, to, next, err := page(len(rows), in.Cursor, in.limit())
	if err != nil {
		return nil, err
	}
	return struct {
		status
		Next string    `json:"next_cursor,omitempty"`
		List []sendRow `json:"send_list"`
	}{ok(), next, rows[from:to]}, nil
}

func (s *Sim) apiTaskRemind(c *call) (any, error) {
	_, t, err := s.readTask(c)
	if err != nil {
		return nil, err
	}
	t.reminded = slices.DeleteFunc(t.reminded, func(at time.Time) bool { return c.now.Sub(at) >= remindEvery })
	if len(t.reminded) >= remindMost {
		return nil, apiError{Code: 45009, Msg: "at most 3 reminders in 24 hours"}
	}
	t.reminded = append(t.reminded, c.now)
	return ok(), nil
}

// apiTaskCancel stops a task; what was already sent stays sent.
func (s *Sim) apiTaskCancel(c *call) (any, error) {
	_, t, err := s.readTask(c)
	if err != nil {
		return nil, err
	}
	t.cancelled = true
	return ok(), nil
}
