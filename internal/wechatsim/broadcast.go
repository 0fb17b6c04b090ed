package wechatsim

import (
	"slices"
	"strconv"
	"time"
)

// task is a group broadcast waiting for its sender to confirm it.
type task struct {
	acc       *account
	msgID     string
	sender    string
	creator   string   // userid of who wrote it by hand; empty: the API
	chatIDs   []string // empty: the sender chooses
	text      string
	attached  []attachment
	created   time.Time
	reminded  []time.Time
	sent      time.Time // zero: not yet
	cancelled bool
	vanished  bool // the API does not know it any more
	rows      []sendRow
}

// attachment keeps only the object its msgtype names.
type attachment struct {
	MsgType string    `json:"msgtype"`
	Image   *mediaRef `json:"image,omitempty"`
	Link    *linkCard `json:"link,omitempty"`
	Mini    *miniCard `json:"miniprogram,omitempty"`
	Video   *mediaRef `json:"video,omitempty"`
	File    *mediaRef `json:"file,omitempty"`
}

type mediaRef struct {
	MediaID string `json:"media_id"`
	PicURL  string `json:"pic_url,omitempty"`
}

type linkCard struct {
	Title  string `json:"title"`
	PicURL string `json:"picurl,omitempty"`
	Desc   string `json:"desc,omitempty"`
	URL    string `json:"url"`
}

type miniCard struct {
	Title   string `json:"title"`
	MediaID string `json:"pic_media_id"`
	AppID   string `json:"appid"`
	Page    string `json:"page"`
}

type sendRow struct {
	ChatID   string `json:"chat_id"`
	UserID   string `json:"userid"`
	Status   int    `json:"status"`
	SendTime int64  `json:"send_time"`
}

type taskRequest struct {
	ChatType string   `json:"chat_type"`
	Sender   string   `json:"sender"`
	ChatIDs  []string `json:"chat_id_list"`
	Text     struct {
		Content string `json:"content"`
	} `json:"text"`
	Attachments []attachment `json:"attachments"`
}

func (s *Sim) apiAddTask(c *call) (any, error) {
	var in taskRequest
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if err := s.checkTask(c, in); err != nil {
		return nil, err
	}
	kept, failed := []string{}, []string{}
	for _, id := range in.ChatIDs {
		if g, err := s.customerGroup(c.acc, id); err != nil || g.owner != in.Sender {
			failed = append(failed, id)
		} else if !slices.Contains(kept, id) {
			kept = append(kept, id)
		}
	}
	if len(in.ChatIDs) > 0 && len(kept) == 0 {
		return nil, apiError{Code: 40050, Msg: "no group of this sender"}
	}
	for i, a := range in.Attachments {
		in.Attachments[i] = a.only()
	}
	n := strconv.FormatInt(s.next("task"), 10)
	t := &task{
		acc: c.acc, msgID: s.mint("msg", base64url, 29, "task", c.acc.id, n), sender: in.Sender, chatIDs: kept,
		text: in.Text.Content, attached: in.Attachments, created: c.now,
	}
	s.addTask(t)
	return struct {
		status
		Failed []string `json:"fail_list"`
		MsgID  string   `json:"msgid"`
	}{ok(), failed, t.msgID}, nil
}

// addTask keeps a task; mu is held.
func (s *Sim) addTask(t *task) {
	s.tasks = append(s.tasks, t)
	s.byMsgID[t.msgID] = t
}

// checkTask refuses what the platform refuses before a task exists.
func (s *Sim) checkTask(c *call, in taskRequest) error {
	switch {
	case in.ChatType != "group":
		return apiError{Code: 40058, Msg: "chat_type: only group is simulated"}
	case in.Sender == "":
		return apiError{Code: 40058, Msg: "sender is required for groups"}
	case !s.owns(c.acc, in.Sender):
		return apiError{Code: 40003, Msg: "sender"}
	case len(in.ChatIDs) > 2000:
		return apiError{Code: 40058, Msg: "chat_id_list should have at most 2000 groups"}
	case in.Text.Content == "" && len(in.Attachments) == 0:
		return apiError{Code: 44004, Msg: "text and attachments both empty"}
	case len(in.Text.Content) > 4000:
		return apiError{Code: 45002, Msg: "text should have at most 4000 bytes"}
	case len(in.Attachments) > 9:
		return apiError{Code: 40058, Msg: "at most 9 attachments"}
	}
	for _, a := range in.Attachments {
		if err := s.checkAttachment(c, a); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sim) owns(acc *account, userID string) bool {
	return !acc.left(userID) && slices.ContainsFunc(s.groups, func(g *Group) bool { return g.corp == acc && g.owner == userID })
}

func (s *Sim) checkAttachment(c *call, a attachment) error {
	switch {
	case a.MsgType == "miniprogram" && a.Mini != nil:
		if a.Mini.AppID == "" || a.Mini.Page == "" || a.Mini.Title == "" {
			return apiError{Code: 40058, Msg: "miniprogram needs title, appid and page"}
		}
		if len(a.Mini.Title) > 64 {
			return apiError{Code: 45003, Msg: "title should have at most 64 bytes"}
		}
		return s.checkMedia(c, a.Mini.MediaID)
	case a.MsgType == "link" && a.Link != nil:
		if a.Link.Title == "" || a.Link.URL == "" || len(a.Link.Desc) > 512 {
			return apiError{Code: 40058, Msg: "link"}
		}
		return nil
	case a.MsgType == "image" && a.Image != nil:
		if a.Image.MediaID == "" && a.Image.PicURL != "" {
			return nil
		}
		return s.checkMedia(c, a.Image.MediaID)
	case a.MsgType == "video" && a.Video != nil:
		return s.checkMedia(c, a.Video.MediaID)
	case a.MsgType == "file" && a.File != nil:
		return s.checkMedia(c, a.File.MediaID)
	}
	return apiError{Code: 40058, Msg: "attachment " + a.MsgType}
}

// only drops the objects of other types, which some clients send empty.
func (a attachment) only() attachment {
	kept := attachment{MsgType: a.MsgType}
	switch a.MsgType {
	case "miniprogram":
		kept.Mini = a.Mini
	case "link":
		kept.Link = a.Link
	case "image":
		kept.Image = a.Image
	case "video":
		kept.Video = a.Video
	case "file":
		kept.File = a.File
	}
	return kept
}
