package bot

import (
	"context"

	"siyu/internal/weixin"
	"siyu/models"
)

// saidWelcome is a welcome ready for one reader.
type saidWelcome struct {
	Text string
	Lang string // of the text
	Part models.WelcomePart
}

// sayWelcome fills a welcome for somebody.
func sayWelcome(w models.Welcome, name, lang, community string) (saidWelcome, error) {
	texts, part, err := w.Words()
	if err != nil {
		return saidWelcome{}, err
	}
	text, in := inLanguage(texts, lang)
	most := contactTextBytes
	if w.Kind == models.WelcomeGroup {
		most = groupTextBytes
	}
	if part.Kind == "entry" && part.Title == "" {
		part.Title = entryTitle(in)
	}
	return saidWelcome{Text: clip(personal(text, name, community), most), Lang: in, Part: part}, nil
}

// entryTitle is the title of a card to what is on.
func entryTitle(lang string) string {
	switch lang {
	case LangEn:
		return "What is on"
	case LangHant:
		return "看看最近有什麼"
	}
	return "看看最近有什么"
}

// contactMessage is send_welcome_msg's request without its code. A card's picture that cannot be uploaded now is not waited
// for: the text goes without the card.
func (b *Bot) contactMessage(ctx context.Context, sc *models.Scope, said saidWelcome, e models.Entry) map[string]any {
	out := map[string]any{"text": map[string]any{"content": said.Text}}
	kind, part, err := b.welcomePart(ctx, sc, said.Part, e)
	if err != nil {
		b.log.WarnContext(ctx, "a welcome goes without what belongs to it", "error", weixin.Redacted(err))
		return out
	}
	if kind != "" {
		out["attachments"] = []any{map[string]any{"msgtype": kind, kind: part}}
	}
	return out
}

// welcomePart is what comes with a welcome as WeCom takes it: its type, and the object of that name; none if there is nothing.
// What leads to an entry is a card of the Mini Program, or without one the entry's page.
func (b *Bot) welcomePart(ctx context.Context, sc *models.Scope, p models.WelcomePart, e models.Entry) (kind string, part map[string]any, err error) {
	switch p.Kind {
	case "entry", "miniprogram":
		mini, err := sc.Channel(models.MiniProgram)
		if models.IsKind(err, models.NotFound) {
			if p.Kind == "entry" && e.ID != 0 {
				return "link", map[string]any{"title": p.Title, "url": b.EntryURL(e)}, nil
			}
			return "", nil, nil
		}
		if err != nil {
			return "", nil, err
		}
		media, err := b.uploadCard(ctx, sc)
		if err != nil {
			return "", nil, err
		}
		page := p.Page
		if p.Kind == "entry" {
			page = b.entryPage(e)
		}
		return "miniprogram", map[string]any{"title": clip(p.Title, wecomTitleBytes), "pic_media_id": media, "appid": mini.AppID, "page": page}, nil
	case "link":
		link := map[string]any{"title": p.Title, "url": p.URL}
		if p.Desc != "" {
			link["desc"] = p.Desc
		}
		if p.PicURL != "" {
			link["picurl"] = p.PicURL
		}
		return "link", link, nil
	case "image":
		return "image", map[string]any{"pic_url": p.PicURL}, nil
	case "file", "video":
		return p.Kind, map[string]any{"media_id": p.MediaID}, nil
	}
	return "", nil, nil
}

// entryPage is the page that a card to what is on opens, with the code of the entry somebody came through: her visit then
// counts for it.
func (b *Bot) entryPage(e models.Entry) string {
	if e.ID == 0 {
		return b.entries.LinkPage
	}
	return b.entries.LinkPage + "?e=" + e.Code
}
