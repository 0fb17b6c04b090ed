package bot

import (
	"context"

	"siyu/models"
)

// letter is what an envelope says, without its groups.
func (b *Bot) letter(ctx context.Context, sc *models.Scope, e models.Envelope) (req template, err error) {
	tasks, err := sc.TasksInEnvelope(e.ID)
	if err != nil || len(tasks) == 0 {
		return template{}, err
	}
	if sponsored(e.Content) {
		req, err = b.offerLetter(ctx, sc, e, tasks[0])
	} else {
		req, err = b.pieceLetter(ctx, sc, e, tasks[0])
	}
	req.ChatType, req.Sender = "group", e.OwnerUserID
	return req, err
}

// media are the uploads that a message is made with.
func (t template) media() []string {
	var all []string
	for _, a := range t.Attachments {
		switch {
		case a.MiniProgram != nil:
			all = append(all, a.MiniProgram.PicMediaID)
		case a.Image != nil:
			all = append(all, a.Image.MediaID)
		}
	}
	return all
}

// offerLetter is a sponsored post: its copy, and a card with the envelope's code in its path.
func (b *Bot) offerLetter(ctx context.Context, sc *models.Scope, e models.Envelope, t models.Task) (template, error) {
	o, err := readOrder(sc, t.PlacementID)
	if err != nil {
		return template{}, err
	}
	mini, err := sc.Channel(models.MiniProgram)
	if err != nil {
		return template{}, err
	}
	media, err := b.uploadCard(ctx, sc)
	return template{Text: textPart{clip(Copy(o.brand, o.offer), wecomTextBytes)}, Attachments: []attachment{{MsgType: "miniprogram",
		MiniProgram: &cardPart{Title: CardTitle(o.offer), PicMediaID: media, AppID: mini.AppID, Page: CardPath(e.Code)}}}}, err
}

// pieceLetter is a post of the organiser's own: its text, its picture, and a link or a card with the envelope's code in its
// path.
func (b *Bot) pieceLetter(ctx context.Context, sc *models.Scope, e models.Envelope, t models.Task) (req template, err error) {
	c, _, err := contentOfRun(sc, t.RunID)
	if err != nil {
		return req, err
	}
	m := messageOf(c, e.Code)
	req.Text = textPart{clip(m.Text, wecomTextBytes)}
	if m.Picture != 0 {
		p, err := sc.Picture(m.Picture)
		if err != nil {
			return req, err
		}
		media, err := b.upload(ctx, sc, p.Hash, p.Body)
		if err != nil {
			return req, err
		}
		req.Attachments = append(req.Attachments, attachment{MsgType: "image", Image: &imagePart{MediaID: media}})
	}
	if l := m.Link; l != nil {
		req.Attachments = append(req.Attachments, attachment{MsgType: "link", Link: &linkPart{Title: l.Title, Desc: clip(l.Desc, wecomDescBytes), URL: l.URL}})
	}
	if m.Page == nil {
		return req, nil
	}
	mini, err := sc.Channel(models.MiniProgram)
	if err != nil {
		return req, err
	}
	picture, err := b.uploadCard(ctx, sc)
	req.Attachments = append(req.Attachments, attachment{MsgType: "miniprogram",
		MiniProgram: &cardPart{Title: clip(m.Page.Title, wecomTitleBytes), PicMediaID: picture, AppID: mini.AppID, Page: m.Page.URL}})
	return req, err
}

// wording is an envelope's text, and whether a card in it carries its code.
func (b *Bot) wording(sc *models.Scope, e models.Envelope) (text string, coded bool, err error) {
	tasks, err := sc.TasksInEnvelope(e.ID)
	if err != nil || len(tasks) == 0 || sponsored(e.Content) {
		return "", true, err
	}
	c, _, err := contentOfRun(sc, tasks[0].RunID)
	m := messageOf(c, e.Code)
	return clip(m.Text, wecomTextBytes), m.Page != nil, err
}
