package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"siyu/internal/weixin"
	"siyu/models"
)

// maxTextBytes is how long a text may be, passive or as a customer-service message: WeChat refuses longer ones with 45002.
const maxTextBytes = 2048

// asked is who is answered, and what she did.
type asked struct {
	channel   models.Channel
	community string // its name
	in        Input
	lang      string
}

// render makes answers ready to be sent to one person.
func (b *Bot) render(ctx context.Context, to asked, answers []RuleAnswer) ([]Content, error) {
	var all []Content
	for _, a := range answers {
		said, err := b.renderOne(ctx, to, a)
		if err != nil {
			return nil, err
		}
		if said.Kind != "" {
			all = append(all, said)
		}
	}
	return all, nil
}

func (b *Bot) renderOne(ctx context.Context, to asked, a RuleAnswer) (Content, error) {
	v := values{community: to.community}
	w := a.in(to.lang)
	switch a.Kind {
	case AnswerText:
		return Content{Kind: contentText, Text: clip(v.fill(a.Kind, w.Text), maxTextBytes)}, nil
	case AnswerImage:
		return Content{Kind: contentImage, MediaID: a.MediaID}, nil
	case AnswerNews:
		return Content{Kind: contentNews, Title: v.fill(a.Kind, w.Title), Description: v.fill(a.Kind, w.Description),
			URL: a.URL, PicURL: a.PicURL, MediaID: a.MediaID}, nil
	case AnswerCard:
		mini, err := b.store.Read(ctx).In(to.channel.CommunityID).Channel(models.MiniProgram)
		if err != nil {
			return Content{}, err
		}
		return Content{Kind: contentCard, Title: v.fill(a.Kind, w.Title), AppID: mini.AppID, Page: a.Page, MediaID: a.MediaID}, nil
	case AnswerGroup:
		return b.renderGroup(ctx, to, v, a)
	case AnswerHuman:
		return Content{Kind: contentHuman, Account: a.Account}, nil
	case AnswerSilence:
	}
	return Content{}, nil
}

// passive is the content as the answer to a push; nil if WeChat takes it only as a customer-service message.
func (s Content) passive() weixin.Reply {
	switch s.Kind {
	case contentText:
		return weixin.Text{Content: s.Text}
	case contentImage:
		return weixin.Image{MediaID: s.MediaID}
	case contentNews:
		return weixin.News{Articles: []weixin.Article{{Title: s.Title, Description: s.Description, PicURL: s.PicURL, URL: s.URL}}}
	case contentHuman:
		return weixin.Transfer{Account: s.Account}
	}
	return nil
}

// body is the content as a customer-service message of a channel, without its receiver: custom/send's msgtype and the part
// called after it.
func (s Content) body(kind models.ChannelKind) (msgType, body string, err error) {
	var part any
	switch {
	case s.Kind == contentText:
		msgType, part = "text", map[string]any{"content": s.Text}
	case s.Kind == contentImage:
		msgType, part = "image", map[string]any{"media_id": s.MediaID}
	case s.Kind == contentNews && kind == models.MiniProgram: // which has links instead
		msgType, part = "link", map[string]any{"title": s.Title, "description": s.Description, "url": s.URL, "thumb_url": s.PicURL}
	case s.Kind == contentNews:
		article := map[string]any{"title": s.Title, "description": s.Description, "url": s.URL, "picurl": s.PicURL}
		msgType, part = "news", map[string]any{"articles": []any{article}}
	case s.Kind == contentCard:
		card := map[string]any{"title": s.Title, "pagepath": s.Page, "thumb_media_id": s.MediaID}
		if kind != models.MiniProgram {
			card["appid"] = s.AppID
		}
		msgType, part = "miniprogrampage", card
	default:
		return "", "", fmt.Errorf("%q is no customer-service message", s.Kind)
	}
	text, err := json.Marshal(map[string]any{"msgtype": msgType, msgType: part})
	if err != nil {
		return "", "", fmt.Errorf("write a message: %w", err)
	}
	return msgType, string(text), nil
}
