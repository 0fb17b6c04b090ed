package bot

import (
	"strings"

	"siyu/models"
	"siyu/throttle"
)

// pieceMessage is what is posted of a run.
type pieceMessage struct {
	Text    string
	Picture models.PictureID // zero: none
	Link    *PieceAttachment // a web page; nil: none
	Page    *PieceAttachment // a card that opens a page of the Mini Program, with the code in its path; nil: none
}

// messageOf is what a run's content says under a code.
func messageOf(c models.PieceContent, code string) pieceMessage {
	m := pieceMessage{Text: c.Body, Picture: c.PictureID}
	part := &PieceAttachment{Kind: c.AttachKind, Title: c.AttachTitle, Desc: c.AttachDesc, URL: c.AttachURL}
	switch c.AttachKind {
	case models.AttachLink:
		m.Link = part
	case models.AttachPage:
		part.URL = withCode(part.URL, code)
		m.Page = part
	}
	return m
}

// withCode is the path of a page with a code in it, by which an opened card is known.
func withCode(path, code string) string {
	if strings.Contains(path, "?") {
		return path + "&p=" + code
	}
	return path + "?p=" + code
}

// contentOfRun reads what a run says: the revision it was handed over with.
func contentOfRun(sc *models.Scope, id models.RunID) (models.PieceContent, models.Run, error) {
	r, err := sc.Run(id)
	if err != nil {
		return models.PieceContent{}, r, err
	}
	c, err := sc.PieceContent(r.PieceID, r.Rev)
	return c, r, err
}

// runContent names what a run's task says among all contents.
func runContent(sc *models.Scope, t models.Task) (string, error) {
	c, _, err := contentOfRun(sc, t.RunID)
	return c.Key(), err
}

// runMayHand reports whether a run's task may be handed over now; if not, why names what came in between. It locks the task's
// group. Value posts go on while sponsored ones are stopped or paused.
func (b *Bot) runMayHand(sc *models.Scope, t models.Task) (throttle.Reason, error) {
	g, err := sc.LockGroup(t.GroupID)
	if err != nil {
		return throttle.None, err
	}
	if g.GoneAt != 0 {
		return throttle.Gone, nil
	}
	return throttle.None, nil
}

// viewRunTask shows the task of a run with everything its owner needs to post it.
func viewRunTask(sc *models.Scope, t models.Task) (TaskView, error) {
	c, r, err := contentOfRun(sc, t.RunID)
	if err != nil {
		return TaskView{}, err
	}
	g, err := sc.Group(t.GroupID)
	if err != nil {
		return TaskView{}, err
	}
	m := messageOf(c, r.Code)
	v := TaskView{Task: t, Reason: t.Why, GroupName: g.Name, OfferTitle: c.Title, Text: m.Text,
		Zone: g.Zone, From: r.FromAt, SentAt: r.PostedAt, Picture: m.Picture}
	if m.Page != nil {
		v.CardPath, v.CardTitle, v.Code = m.Page.URL, m.Page.Title, r.Code
	}
	if m.Link != nil {
		v.Text = strings.TrimSpace(v.Text + "\n" + m.Link.Title + "\n" + m.Link.URL)
	}
	return v, nil
}
