package weixin

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Reply is a passive reply: Text, Image, News or Transfer. It can only be given as the answer to the push it replies to.
type Reply interface {
	msgType() string
	check() error
	appendXML(dst []byte) []byte
	fillJSON(*jsonReply)
}

// Text replies with words; links and line breaks are allowed.
type Text struct{ Content string }

// Image replies with a picture uploaded before.
type Image struct{ MediaID string }

// News replies with cards. The platform takes one card for an ordinary message and up to eight for some events.
type News struct{ Articles []Article }

// Article is one card of News.
type Article struct {
	Title       string
	Description string
	PicURL      string
	URL         string
}

// Transfer hands the conversation to customer service; Account names one agent and may be empty.
type Transfer struct{ Account string }

// success is the answer that says "received, nothing to reply". It is never encrypted.
const success = "success"

const maxArticles = 8

var errEmptyReply = errors.New("weixin: a reply has no content") // WeChat would tell the user the account is out of order

func (Text) msgType() string     { return "text" }
func (Image) msgType() string    { return "image" }
func (News) msgType() string     { return "news" }
func (Transfer) msgType() string { return "transfer_customer_service" }

func (t Text) check() error {
	if t.Content == "" {
		return errEmptyReply
	}
	return nil
}

func (i Image) check() error {
	if i.MediaID == "" {
		return errEmptyReply
	}
	return nil
}

func (n News) check() error {
	if len(n.Articles) == 0 {
		return errEmptyReply
	}
	if len(n.Articles) > maxArticles {
		return fmt.Errorf("weixin: a news reply has %d articles, at most %d are taken", len(n.Articles), maxArticles)
	}
	return nil
}

func (Transfer) check() error { return nil }

func (t Text) appendXML(dst []byte) []byte { return appendElement(dst, "Content", t.Content) }

func (i Image) appendXML(dst []byte) []byte {
	dst = append(dst, "<Image>"...)
	dst = appendElement(dst, "MediaId", i.MediaID)
	return append(dst, "</Image>"...)
}

func (n News) appendXML(dst []byte) []byte {
	dst = append(dst, "<ArticleCount>"...)
	dst = strconv.AppendInt(dst, int64(len(n.Articles)), 10)
	dst = append(dst, "</ArticleCount><Articles>"...)
	for _, a := range n.Articles {
		dst = append(dst, "<item>"...)
		dst = appendElement(dst, "Title", a.Title)
		dst = appendElement(dst, "Description", a.Description)
		dst = appendElement(dst, "PicUrl", a.PicURL)
		dst = appendElement(dst, "Url", a.URL)
		dst = append(dst, "</item>"...)
	}
	return append(dst, "</Articles>"...)
}

func (t Transfer) appendXML(dst []byte) []byte {
	if t.Account == "" {
		return dst
	}
	dst = append(dst, "<TransInfo>"...)
	dst = appendElement(dst, "KfAccount", t.Account)
	return append(dst, "</TransInfo>"...)
}

// jsonReply is a reply of an account that talks JSON.
type jsonReply struct {
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	Content      string        `json:",omitempty"`
	Image        *jsonImage    `json:",omitempty"`
	ArticleCount int           `json:",omitempty"`
	Articles     []jsonArticle `json:",omitempty"`
	TransInfo    *jsonTransfer `json:",omitempty"`
}

type jsonImage struct {
	MediaID string `json:"MediaId"`
}

type jsonArticle struct {
	Title       string
	Description string
	PicURL      string `json:"PicUrl"`
	URL         string `json:"Url"`
}

type jsonTransfer struct{ KfAccount string }

func (t Text) fillJSON(j *jsonReply)  { j.Content = t.Content }
func (i Image) fillJSON(j *jsonReply) { j.Image = &jsonImage{i.MediaID} }

func (n News) fillJSON(j *jsonReply) {
	j.ArticleCount = len(n.Articles)
	for _, a := range n.Articles {
		j.Articles = append(j.Articles, jsonArticle(a))
	}
}

func (t Transfer) fillJSON(j *jsonReply) {
	if t.Account != "" {
		j.TransInfo = &jsonTransfer{t.Account}
	}
}

// appendReply writes the reply as the platform wants to read it, before encryption.
func appendReply(dst []byte, reply Reply, msg Message, now int64) ([]byte, error) {
	if msg.Format == JSON {
		j := jsonReply{ToUserName: msg.FromUserName, FromUserName: msg.ToUserName, CreateTime: now, MsgType: reply.msgType()}
		reply.fillJSON(&j)
		b, err := json.Marshal(j)
		return append(dst, b...), err
	}
	dst = append(dst, "<xml>"...)
	dst = appendElement(dst, "ToUserName", msg.FromUserName)
	dst = appendElement(dst, "FromUserName", msg.ToUserName)
	dst = append(dst, "<CreateTime>"...)
	dst = strconv.AppendInt(dst, now, 10)
	dst = append(dst, "</CreateTime>"...)
	dst = appendElement(dst, "MsgType", reply.msgType())
	dst = reply.appendXML(dst)
	return append(dst, "</xml>"...), nil
}

// appendElement writes <name><![CDATA[text]]></name>.
func appendElement(dst []byte, name, text string) []byte {
	dst = append(dst, '<')
	dst = append(dst, name...)
	dst = append(dst, "><![CDATA["...)
	dst = appendCDATA(dst, text)
	dst = append(dst, "]]></"...)
	dst = append(dst, name...)
	return append(dst, '>')
}

// appendCDATA writes text inside a CDATA section: an end mark is split over two sections, and characters which XML cannot
// hold are left out.
func appendCDATA(dst []byte, text string) []byte {
	if !isXMLText(text) {
		text = strings.Map(func(c rune) rune {
			if isXMLRune(c) {
				return c
			}
			return -1
		}, strings.ToValidUTF8(text, "\uFFFD"))
	}
	for {
		end := strings.Index(text, "]]>")
		if end < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:end+2]...)
		dst = append(dst, "]]><![CDATA["...)
		text = text[end+2:]
	}
}

func isXMLText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, c := range s {
		if !isXMLRune(c) {
			return false
		}
	}
	return true
}

func isXMLRune(c rune) bool {
	return c >= 0x20 && c != 0xFFFE && c != 0xFFFF || c == '\t' || c == '\n' || c == '\r'
}
