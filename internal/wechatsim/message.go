package wechatsim

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// Message is something a person can send to an Official Account or to a Mini
// Program's customer service. Only what belongs to its type is told.
type Message struct {
	Type string `json:"type"` // text, image, voice, video, shortvideo, location, link, miniprogrampage

	Content string `json:"content,omitempty"` // text
	MenuID  string `json:"menu_id,omitempty"` // text: the answer to a msgmenu, told as bizmsgmenuid

	// MediaID of image, voice, video and shortvideo; made up when empty.
	MediaID      string `json:"media_id,omitempty"`
	PicURL       string `json:"pic_url,omitempty"`        // image
	Format       string `json:"format,omitempty"`         // voice; default amr
	Recognition  string `json:"recognition,omitempty"`    // voice, when the account has speech recognition
	ThumbMediaID string `json:"thumb_media_id,omitempty"` // video, shortvideo, miniprogrampage; made up when empty

	Latitude  float64 `json:"latitude,omitempty"` // location
	Longitude float64 `json:"longitude,omitempty"`
	Scale     int64   `json:"scale,omitempty"`
	Label     string  `json:"label,omitempty"`

	Title       string `json:"title,omitempty"` // link, miniprogrampage
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	AppID       string `json:"appid,omitempty"`     // miniprogrampage
	PagePath    string `json:"page_path,omitempty"` // miniprogrampage
	ThumbURL    string `json:"thumb_url,omitempty"` // miniprogrampage

	// ArticleID and ArticleIndex are told as MsgDataId and Idx when somebody
	// answers from an article.
	ArticleID    string `json:"article_id,omitempty"`
	ArticleIndex int64  `json:"article_index,omitempty"`
}

// MessageTypes are the types of Message, in the order of the documentation.
func MessageTypes() []string {
	return []string{"text", "image", "voice", "video", "shortvideo", "location", "link", "miniprogrampage"}
}

// SendText says something to an Official Account, or to a Mini Program's
// customer service.
func (p *Person) SendText(ctx context.Context, appID, text string) (Reply, error) {
	return p.Send(ctx, appID, Message{Type: "text", Content: text})
}

// Send sends a message of any type. A Mini Program card can be sent to a Mini
// Program only; everything else needs a follower when it goes to an Official
// Account.
func (p *Person) Send(ctx context.Context, appID string, m Message) (Reply, error) {
	return p.do(ctx, appID, []kind{official, mini}, func(acc *account, c *chat) (body, error) {
		if acc.kind == official && !c.following {
			return nil, ErrNotFollowing
		}
		if !slices.Contains(MessageTypes(), m.Type) || (m.Type == "miniprogrampage" && acc.kind != mini) {
			return nil, fmt.Errorf("send a message of type %q: %w", m.Type, ErrWrongKind)
		}
		n := p.sim.next("message")
		p.sim.fill(&m, acc, n)
		c.open(OnMessage, p.sim.now())
		return append(append(p.head(acc, m.Type), m.fields()...), m.end(24000000000000000+n*1009)...), nil
	})
}

// fill makes up what the platform would have made.
func (s *Sim) fill(m *Message, acc *account, n int64) {
	id := func(what string) string {
		return s.mint("", base64url, 64, what, acc.id, strconv.FormatInt(n, 10))
	}
	if m.MediaID == "" {
		m.MediaID = id("person media")
	}
	if m.ThumbMediaID == "" {
		m.ThumbMediaID = id("person thumb")
	}
	if m.PicURL == "" {
		m.PicURL = "http://mmbiz.qpic.cn/sz_mmbiz_jpg/" + id("person picture") + "/0"
	}
	if m.Format == "" {
		m.Format = "amr"
	}
	if m.ThumbURL == "" {
		m.ThumbURL = m.PicURL
	}
}

func (m Message) fields() body {
	switch m.Type {
	case "text":
		return body{{"Content", m.Content}}
	case "image":
		return body{{"PicUrl", m.PicURL}, {"MediaId", m.MediaID}}
	case "voice":
		b := body{{"MediaId", m.MediaID}, {"Format", m.Format}}
		if m.Recognition != "" {
			b = append(b, field{"Recognition", m.Recognition})
		}
		return b
	case "video", "shortvideo":
		return body{{"MediaId", m.MediaID}, {"ThumbMediaId", m.ThumbMediaID}}
	case "location":
		return body{{"Location_X", m.Latitude}, {"Location_Y", m.Longitude}, {"Scale", m.Scale}, {"Label", m.Label}}
	case "link":
		return body{{"Title", m.Title}, {"Description", m.Description}, {"Url", m.URL}}
	}
	return body{
		{"Title", m.Title}, {"AppId", m.AppID}, {"PagePath", m.PagePath},
		{"ThumbUrl", m.ThumbURL}, {"ThumbMediaId", m.ThumbMediaID},
	}
}

// end is what comes after the content, in the platform's order.
func (m Message) end(msgID int64) body {
	b := body{{"MsgId", msgID}}
	if m.Type == "text" && m.MenuID != "" {
		b = append(b, field{"bizmsgmenuid", m.MenuID})
	}
	if m.ArticleID != "" {
		b = append(b, field{"MsgDataId", m.ArticleID}, field{"Idx", max(m.ArticleIndex, 1)})
	}
	return b
}
