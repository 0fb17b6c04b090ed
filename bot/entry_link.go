package bot

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// linkHosts are where URL Links live. A page of ours leads nowhere else.
func linkHosts() []string { return []string{"wxaurl.cn", "wxmpurl.cn"} }

func (b *Bot) miniChannel(sc *models.Scope) (models.Channel, error) {
	c, err := sc.Channel(models.MiniProgram)
	if models.IsKind(err, models.NotFound) {
		return c, models.Errorf(models.Invalid, "no_mini_program", "connect a Mini Program first")
	}
	return c, err
}

// linkRequest is generate_urllink's request; expire_type 0 is a time.
type linkRequest struct {
	Path       string `json:"path"`
	Query      string `json:"query"`
	IsExpire   bool   `json:"is_expire"`
	ExpireType int    `json:"expire_type"`
	ExpireTime int64  `json:"expire_time"`
}

// askLink asks for a URL Link to a page of a Mini Program.
func (b *Bot) askLink(ctx context.Context, c models.Channel, path string, expires models.Millis) (string, error) {
	var out struct {
		URLLink string `json:"url_link"`
	}
	in := linkRequest{Path: path, IsExpire: true, ExpireTime: int64(expires) / 1000}
	if err := b.hub.PostJSON(ctx, accountID(c), "/wxa/generate_urllink", in, &out); err != nil {
		return "", err
	}
	u, err := url.Parse(out.URLLink)
	if err != nil || u.Scheme != "https" || !slices.Contains(linkHosts(), u.Host) || u.RawQuery != "" {
		return "", errors.New("WeChat gave no URL Link")
	}
	return out.URLLink, nil
}

// sharedLink returns the link that all entries of a community share.
func (b *Bot) sharedLink(ctx context.Context, community models.CommunityID) (models.Link, error) {
	return b.linkTo(ctx, community, b.entries.LinkPage)
}

// linkTo returns the link to a page of a community's Mini Program, and makes it if there is none or it has ended. One link
// serves all who need one to the page because WeChat hands on what stands behind it as cq.
func (b *Bot) linkTo(ctx context.Context, community models.CommunityID, page string) (models.Link, error) {
	sc := b.store.Read(ctx).In(community)
	c, err := b.miniChannel(sc)
	if err != nil {
		return models.Link{}, err
	}
	l, err := sc.LinkTo(c.AppID, page)
	switch {
	case models.IsKind(err, models.NotFound):
		l = models.Link{CommunityID: community, AppID: c.AppID, Path: page}
	case err != nil || l.ExpiresAt > sc.Now.Add(b.entries.RenewBefore):
		return l, err
	}
	return b.renewLink(ctx, c, l)
}

// renewLink makes a link anew. Two processes that do so at once waste one of 500,000 a day; the first one's is kept.
func (b *Bot) renewLink(ctx context.Context, c models.Channel, l models.Link) (models.Link, error) {
	was, sc := l.URL, b.store.Read(ctx).In(l.CommunityID)
	var err error
	l.ExpiresAt = sc.Now.Add(b.entries.LinkLife)
	if l.URL, err = b.askLink(ctx, c, l.Path, l.ExpiresAt); err != nil {
		return l, err
	}
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(l.CommunityID)
		first, err := sc.PutLink(&l, was)
		if err != nil || first {
			return err
		}
		l, err = sc.LinkTo(l.AppID, l.Path)
		return err
	})
	return l, err
}

// linkOf is an entry's link into the Mini Program; empty while there is none that works.
func (b *Bot) linkOf(sc *models.Scope, e models.Entry) (string, error) {
	if !e.Linked {
		return "", nil
	}
	c, err := sc.Channel(models.MiniProgram)
	if err != nil {
		return "", ignoreMissing(err)
	}
	l, err := sc.LinkTo(c.AppID, b.entries.LinkPage)
	if err != nil || l.ExpiresAt <= sc.Now {
		return "", ignoreMissing(err)
	}
	return l.URL + "?cq=" + url.QueryEscape("e="+e.Code), nil
}

func ignoreMissing(err error) error {
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	return err
}

// RenewLinks is the periodic job that renews temporary QR codes and URL Links before they end.
type RenewLinks struct{}

// Kind names the job.
func (RenewLinks) Kind() string { return "entry.renew" }

// renewEvery is how often is looked for what ends; far less than the three days before.
const renewEvery = 6 * time.Hour

func (b *Bot) renewLinks(ctx context.Context, _ RenewLinks) error {
	tx := b.store.Read(ctx)
	before := tx.Now.Add(b.entries.RenewBefore)
	var errs []error
	links, err := tx.ExpiringLinks(before)
	errs = append(errs, err)
	for _, l := range links {
		errs = append(errs, b.renewing(ctx, l.CommunityID, "link:"+l.ID.String(), l.ExpiresAt, func() error {
			c, err := tx.ChannelByApp(models.MiniProgram, l.AppID)
			if err == nil {
				_, err = b.renewLink(ctx, c, l)
			}
			return err
		}))
	}
	codes, err := tx.ExpiringEntries(before)
	errs = append(errs, err)
	for _, e := range codes {
		errs = append(errs, b.renewing(ctx, e.CommunityID, "entry:"+e.ID.String(), e.QRExpiresAt, func() error {
			_, err := b.renewQR(ctx, e)
			return err
		}))
	}
	if err := errors.Join(errs...); err != nil { // the others were renewed all the same
		return err
	}
	return jobs.SnoozeFor(tx.Now, renewEvery, "renewed")
}

// renewing does one renewal; one that WeChat refuses is what the organiser is warned of, once.
func (b *Bot) renewing(ctx context.Context, community models.CommunityID, what string, ends models.Millis, do func() error) error {
	err := do()
	if err == nil {
		return nil
	}
	err = fmt.Errorf("renew %s: %w", what, weixin.Redacted(err))
	if weixin.Classify(err) == weixin.Temporary {
		return err
	}
	return errors.Join(err, b.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := tx.In(community).AddWarning(WarnRenewal, what, ends.Time().Format(time.DateOnly), map[string]any{"ends_at": ends})
		return err
	}))
}

// renewQR replaces an entry's temporary QR code by one with the same meaning.
func (b *Bot) renewQR(ctx context.Context, e models.Entry) (models.Entry, error) {
	sc := b.store.Read(ctx).In(e.CommunityID)
	c, err := b.officialOf(sc)
	if err != nil {
		return e, err
	}
	out, err := b.askQR(ctx, c, e.Code, b.entries.QRLife)
	if err != nil {
		return e, err
	}
	was := e.Ticket
	e.Ticket, e.URL = out.Ticket, out.URL
	e.QRExpiresAt = sc.Now.Add(time.Duration(out.ExpireSeconds) * time.Second)
	return e, b.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := tx.In(e.CommunityID).SwapEntryQR(e.ID, was, e.Ticket, e.URL, e.QRExpiresAt)
		return err
	})
}

// RenewEntry makes an entry's temporary QR code and its link anew, now.
func (b *Bot) RenewEntry(ctx context.Context, community models.CommunityID, id models.EntryID, by models.AccountID) (models.Entry, error) {
	sc := b.store.Read(ctx).In(community)
	e, err := entryOf(sc, id)
	if err != nil {
		return e, err
	}
	if e.RetiredAt != 0 {
		return e, models.Errorf(models.Conflict, "entry_retired", "the entry is retired")
	}
	if e.QRExpiresAt != 0 {
		if e, err = b.renewQR(ctx, e); err != nil {
			return e, b.toOrganiser(err)
		}
	}
	if e.Linked {
		c, err := b.miniChannel(sc)
		if err != nil {
			return e, err
		}
		l, err := sc.LinkTo(c.AppID, b.entries.LinkPage)
		if err := ignoreMissing(err); err != nil {
			return e, err
		}
		l.CommunityID, l.AppID, l.Path = community, c.AppID, b.entries.LinkPage
		if _, err := b.renewLink(ctx, c, l); err != nil {
			return e, b.toOrganiser(err)
		}
	}
	return e, b.store.Tx(ctx, func(tx *models.Tx) error {
		return tx.In(community).AddAudit(by, "entry.renew", "entry:"+id.String(), "")
	})
}

func entryOf(sc *models.Scope, id models.EntryID) (models.Entry, error) {
	e, err := sc.Entry(id)
	if models.IsKind(err, models.NotFound) {
		return e, models.Errorf(models.NotFound, "entry_not_found", "no such entry")
	}
	return e, err
}
