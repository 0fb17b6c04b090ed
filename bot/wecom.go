package bot

import (
	"time"

	"github.com/silenceper/wechat/v2/work/externalcontact"

	"siyu/internal/weixin"
	"siyu/models"
)

// What WeCom allows in a group message, in bytes.
const (
	wecomTextBytes  = 4000
	wecomTitleBytes = 64
	wecomDescBytes  = 512
)

// taskListLag is how long a task whose answer was lost is looked for before WeCom is asked again: its list may lag.
const taskListLag = 10 * time.Minute

// template is add_msg_template's request. It is ours because the SDK's sends empty objects of every other kind.
type template struct {
	ChatType    string       `json:"chat_type"`
	Sender      string       `json:"sender"`
	ChatIDList  []string     `json:"chat_id_list"`
	Text        textPart     `json:"text"`
	Attachments []attachment `json:"attachments"`
}

type textPart struct {
	Content string `json:"content"`
}

type attachment struct {
	MsgType     string     `json:"msgtype"`
	MiniProgram *cardPart  `json:"miniprogram,omitempty"`
	Image       *imagePart `json:"image,omitempty"`
	Link        *linkPart  `json:"link,omitempty"`
}

type cardPart struct {
	Title      string `json:"title"`
	PicMediaID string `json:"pic_media_id"`
	AppID      string `json:"appid"`
	Page       string `json:"page"`
}

type imagePart struct {
	MediaID string `json:"media_id"`
}

type linkPart struct {
	Title  string `json:"title"`
	PicURL string `json:"picurl,omitempty"`
	Desc   string `json:"desc,omitempty"`
	URL    string `json:"url"`
}

// corp is the SDK's client of the community's WeCom corp.
func (b *Bot) corp(sc *models.Scope) (*externalcontact.Client, error) {
	c, err := sc.Channel(models.WeCom)
	if err != nil {
		return nil, err
	}
	w, err := b.hub.Work(c.AppID, c.AgentID)
	if err != nil {
		return nil, err
	}
	return w.GetExternalContact(), nil
}

func accountID(c models.Channel) string {
	return weixin.Credentials{Kind: weixinKind(c.Kind), ID: c.AppID, AgentID: c.AgentID}.AccountID()
}
