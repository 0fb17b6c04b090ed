package bot

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"strings"
	"time"

	"siyu/models"
)

// linkGrace is how long after a task's end its page still opens: whoever looks late must see that it is not to be posted any
// more, and may say that she did.
const linkGrace = 24 * time.Hour

// linkWithin is how long a page waits for a link into the Mini Program; without one it shows the card's path.
const linkWithin = 2 * time.Second

// A task's page is opened by a token: the task, the account and a signature. It opens this one page, as this account, without
// a sign-in; it is stored nowhere and cannot be made without the server's key.
const (
	tokenIDs = 16
	tokenMAC = 16
)

// TaskURL is the address of a task's page for one of the team.
func (b *Bot) TaskURL(t models.Task, account models.AccountID) string {
	raw := make([]byte, tokenIDs, tokenIDs+tokenMAC)
	binary.BigEndian.PutUint64(raw, uint64(t.ID))        //nolint:gosec // ids are positive
	binary.BigEndian.PutUint64(raw[8:], uint64(account)) //nolint:gosec // ids are positive
	return b.public + "/t/" + base64.RawURLEncoding.EncodeToString(append(raw, b.taskMAC(raw)...))
}

// PictureURL is where the picture that is posted with a task's text opens for one of the team without a sign-in; empty: there is
// none, or the task's page does not open for her.
func (b *Bot) PictureURL(v TaskView, a models.Account) string {
	if v.Picture == 0 || !mayDo(v.Task, a) {
		return ""
	}
	return b.TaskURL(v.Task, a.ID) + "/picture"
}

func (b *Bot) taskMAC(raw []byte) []byte {
	return b.store.Keys().MAC("task.page", raw[:tokenIDs])[:tokenMAC]
}

// HandPage is a task as its page shows it to one of the team.
type HandPage struct {
	TaskView
	Account models.Account
	Now     models.Millis
	Link    string // into the Mini Program, at the card; empty: none
	DoneBy  string // the name of who said that it was posted, or that it cannot be
	Others  []OtherTask
}

// OtherTask is another task that waits for the same person.
type OtherTask struct {
	GroupName, Zone, URL string
	DueAt                models.Millis
}

// OpenTask reads what a task's page shows. A token that is not ours, whose task is over for more than a day, or whose account
// is gone or not asked any more is NotFound task_link_ended.
func (b *Bot) OpenTask(ctx context.Context, token string) (HandPage, error) {
	t, a, err := b.taskOf(ctx, token)
	if err != nil {
		return HandPage{}, err
	}
	sc := b.store.Read(ctx).In(t.CommunityID)
	p := HandPage{Account: a, Now: sc.Now}
	if p.TaskView, err = b.ViewTask(sc, t); err != nil {
		return p, err
	}
	if t.DoneBy != 0 {
		by, err := sc.Account(t.DoneBy)
		if err := ignoreMissing(err); err != nil {
			return p, err
		}
		p.DoneBy = by.Name
	}
	if t.State == models.TaskOpen {
		p.Link = b.cardLink(ctx, t.CommunityID, p.CardPath)
	}
	p.Others, err = b.otherTasks(sc, t, a)
	return p, err
}

// taskOf checks a token and returns its task and account.
func (b *Bot) taskOf(ctx context.Context, token string) (models.Task, models.Account, error) {
	ended := models.Errorf(models.NotFound, "task_link_ended", "this link opens nothing any more")
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != tokenIDs+tokenMAC || !hmac.Equal(raw[tokenIDs:], b.taskMAC(raw)) {
		return models.Task{}, models.Account{}, ended
	}
	id, who := models.TaskID(binary.BigEndian.Uint64(raw)), models.AccountID(binary.BigEndian.Uint64(raw[8:])) //nolint:gosec // we signed them
	tx := b.store.Read(ctx)
	t, err := tx.AnyTask(id)
	if models.IsKind(err, models.NotFound) {
		return t, models.Account{}, ended
	}
	if err != nil {
		return t, models.Account{}, err
	}
	a, err := tx.In(t.CommunityID).Account(who)
	switch {
	case models.IsKind(err, models.NotFound):
		return t, a, ended
	case err != nil:
		return t, a, err
	case tx.Now >= max(t.DueAt, t.DoneAt).Add(linkGrace), !mayDo(t, a):
		return t, a, ended
	}
	return t, a, nil
}

// ConfirmByLink is [Bot.ConfirmTask] by who opens a task's page.
func (b *Bot) ConfirmByLink(ctx context.Context, token string, at models.Millis) (TaskView, error) {
	t, a, err := b.taskOf(ctx, token)
	if err != nil {
		return TaskView{}, err
	}
	return b.ConfirmTask(ctx, t.CommunityID, t.ID, Word{By: a.ID, At: at})
}

// SkipByLink is [Bot.SkipTask] by who opens a task's page.
func (b *Bot) SkipByLink(ctx context.Context, token, note string) (TaskView, error) {
	t, a, err := b.taskOf(ctx, token)
	if err != nil {
		return TaskView{}, err
	}
	return b.SkipTask(ctx, t.CommunityID, t.ID, Word{By: a.ID, Note: note})
}

// otherTasks lists what else waits for somebody, the most urgent first.
func (b *Bot) otherTasks(sc *models.Scope, but models.Task, a models.Account) ([]OtherTask, error) {
	open, err := handTasks(sc, a)
	if err != nil {
		return nil, err
	}
	var all []OtherTask
	for _, t := range open {
		if t.ID == but.ID {
			continue
		}
		g, err := sc.Group(t.GroupID)
		if err != nil {
			return nil, err
		}
		all = append(all, OtherTask{GroupName: g.Name, Zone: g.Zone, URL: b.TaskURL(t, a.ID), DueAt: t.DueAt})
	}
	return all, nil
}

// cardLink is the URL Link that opens a card's page in the Mini Program; empty if there is no card, or no link now.
func (b *Bot) cardLink(ctx context.Context, community models.CommunityID, path string) string {
	if path == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, linkWithin)
	defer cancel()
	page, query, _ := strings.Cut(path, "?")
	l, err := b.linkTo(ctx, community, page)
	if err != nil {
		return ""
	}
	return l.URL + "?cq=" + url.QueryEscape(query)
}

// TaskPicture is the picture that is posted with a task's text.
func (b *Bot) TaskPicture(ctx context.Context, token string) (models.PiecePicture, error) {
	t, _, err := b.taskOf(ctx, token)
	if err != nil {
		return models.PiecePicture{}, err
	}
	sc := b.store.Read(ctx).In(t.CommunityID)
	v, err := b.ViewTask(sc, t)
	if err != nil {
		return models.PiecePicture{}, err
	}
	return sc.Picture(v.Picture)
}

// CardCode fetches the Mini Program code of a task's card: who looks at the page on a computer scans it with her phone.
func (b *Bot) CardCode(ctx context.Context, token string) ([]byte, error) {
	t, _, err := b.taskOf(ctx, token)
	if err != nil {
		return nil, err
	}
	sc := b.store.Read(ctx).In(t.CommunityID)
	v, err := b.ViewTask(sc, t)
	if err != nil {
		return nil, err
	}
	if v.Code == "" || t.State != models.TaskOpen {
		return nil, models.Errorf(models.NotFound, "task_link_ended", "there is no card to open any more")
	}
	c, err := b.miniChannel(sc)
	if err != nil {
		return nil, err
	}
	page, _, _ := strings.Cut(v.CardPath, "?")
	return b.miniCode(ctx, c, "p="+v.Code, strings.TrimPrefix(page, "/"), handCodeWidth) // 41030 with it
}

// handCodeWidth is how wide the Mini Program code on a task's page is, in pixels.
const handCodeWidth = 430
