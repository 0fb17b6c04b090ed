package wechatsim

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
)

// Reply is what the program answered within the push's own HTTP response, as
// the person sees it in the chat.
type Reply struct {
	Kind     string    `json:"kind"` // text, news, image, …; empty: nothing to see
	Text     string    `json:"text,omitempty"`
	MediaID  string    `json:"media_id,omitempty"`
	Articles []Article `json:"articles,omitempty"`
	Raw      []byte    `json:"-"` // decrypted; as it came when there was nothing to decrypt
}

// Article is one card of a news reply.
type Article struct {
	Title       string `xml:"Title" json:"title"`
	Description string `xml:"Description" json:"description"`
	PicURL      string `xml:"PicUrl" json:"pic_url"`
	URL         string `xml:"Url" json:"url"`
}

var errReply = errors.New("answer is neither success, empty nor a valid reply")

type sealedReply struct {
	XMLName      xml.Name `xml:"xml" json:"-"`
	Encrypt      string   `xml:"Encrypt" json:"Encrypt"`
	MsgSignature string   `xml:"MsgSignature" json:"MsgSignature"`
	TimeStamp    text     `xml:"TimeStamp" json:"TimeStamp"`
	Nonce        string   `xml:"Nonce" json:"Nonce"`
}

// text takes a JSON string or number.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var n json.Number
	if err := json.Unmarshal(data, &n); err == nil {
		*t = text(n)
		return nil
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("number or string: %w", err)
	}
	*t = text(s)
	return nil
}

// readReply understands an app's answer. In safe mode a reply that is not
// encrypted and signed is refused, as the platform refuses it.
func (p push) readReply(answer []byte) (Reply, error) {
	trimmed := bytes.TrimSpace(answer)
	if len(trimmed) == 0 || string(trimmed) == "success" {
		return Reply{Raw: answer}, nil
	}
	plain := trimmed
	if !p.acc.plain {
		opened, err := p.open(trimmed)
		if err != nil {
			return Reply{}, err
		}
		plain = opened
	}
	if p.format() == JSON {
		return parseJSONReply(plain)
	}
	return p.parseReply(plain)
}

// format is that of the push itself, which a reply has to have: PushRaw may
// have been given another than the account's.
func (p push) format() Format {
	if bytes.HasPrefix(bytes.TrimSpace(p.inner), []byte("{")) {
		return JSON
	}
	return XML
}

// parseJSONReply reads a Mini Program's reply, which is not held to a form.
func parseJSONReply(plain []byte) (Reply, error) {
	var in struct{ MsgType, Content string }
	if err := json.Unmarshal(plain, &in); err != nil {
		return Reply{}, errReply
	}
	return Reply{Kind: in.MsgType, Text: in.Content, Raw: plain}, nil
}

func (p push) open(answer []byte) ([]byte, error) {
	var sealed sealedReply
	var err error
	if p.format() == JSON {
		err = json.Unmarshal(answer, &sealed)
	} else {
		err = xml.Unmarshal(answer, &sealed)
	}
	if err != nil || sealed.Encrypt == "" {
		return nil, errReply
	}
	want := sign(p.acc.token, string(sealed.TimeStamp), sealed.Nonce, sealed.Encrypt)
	if subtle.ConstantTimeCompare([]byte(want), []byte(sealed.MsgSignature)) != 1 {
		return nil, fmt.Errorf("reply: wrong MsgSignature: %w", errReply)
	}
	plain, err := p.acc.box.open(sealed.Encrypt)
	if err != nil {
		return nil, fmt.Errorf("reply: %w", err)
	}
	return plain, nil
}

type replyXML struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	Content      string
	Image        struct{ MediaId string } //nolint:revive // the platform's spelling
	Voice        struct{ MediaId string } //nolint:revive // the platform's spelling
	Video        struct{ MediaId string } //nolint:revive // the platform's spelling
	ArticleCount int
	Articles     struct {
		Items []Article `xml:"item"`
	}
}

func (p push) parseReply(plain []byte) (Reply, error) {
	var in replyXML
	if err := xml.Unmarshal(plain, &in); err != nil {
		return Reply{}, errReply
	}
	if in.ToUserName != p.openid || in.FromUserName != p.acc.original || in.CreateTime == 0 {
		return Reply{}, fmt.Errorf("reply: To, From or CreateTime: %w", errReply)
	}
	reply := Reply{Kind: in.MsgType, Text: in.Content, Articles: in.Articles.Items, Raw: plain}
	ok := false
	switch in.MsgType {
	case "text":
		ok = in.Content != ""
	case "image":
		reply.MediaID, ok = in.Image.MediaId, in.Image.MediaId != ""
	case "voice":
		reply.MediaID, ok = in.Voice.MediaId, in.Voice.MediaId != ""
	case "video":
		reply.MediaID, ok = in.Video.MediaId, in.Video.MediaId != ""
	case "news":
		ok = in.ArticleCount > 0 && in.ArticleCount == len(in.Articles.Items)
	case "music", "transfer_customer_service":
		ok = true
	}
	if !ok {
		return Reply{}, fmt.Errorf("reply of type %q: %w", in.MsgType, errReply)
	}
	return reply, nil
}
