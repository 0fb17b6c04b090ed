package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// PollArticle is the job that asks WeChat what became of a publication.
type PollArticle struct {
	Community models.CommunityID `json:"community"`
	Article   models.ArticleID   `json:"article"`
}

// Kind names the job.
func (PollArticle) Kind() string { return "article.poll" }

// articleGrace is how long a call to publish may take before its answer is taken for lost.
const articleGrace = time.Minute

// PublishDraft publishes a draft on the account's page; nobody is sent anything. The call cannot be repeated safely: it is
// written down before, and when the answer is lost it is said so and WeChat is not asked again.
func (b *Bot) PublishDraft(ctx context.Context, community models.CommunityID, by models.AccountID, mediaID string) (models.Article, error) {
	draft, err := b.NewsDraft(ctx, community, mediaID)
	if err != nil {
		return models.Article{}, err
	}
	a := models.Article{MediaID: mediaID, CreatedBy: by}
	if len(draft.Articles) > 0 {
		a.Title = clip(draft.Articles[0].Title, 200)
	}
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		c, err := b.officialOf(sc)
		if err != nil {
			return err
		}
		if err := idle(sc, c.ID, mediaID); err != nil {
			return err
		}
		a.ChannelID = c.ID
		if err := sc.InsertArticle(&a); err != nil {
			return err
		}
		if err := jobs.Enqueue(tx, PollArticle{community, a.ID}, tx.Now.Add(articleGrace)); err != nil {
			return err
		}
		return sc.AddAudit(by, "draft.publish", "article:"+a.ID.String(), "")
	})
	if err != nil {
		return a, err
	}
	var answer struct {
		PublishID json.Number `json:"publish_id"`
	}
	failed := b.ask(ctx, community, "/cgi-bin/freepublish/submit", map[string]any{"media_id": mediaID}, &answer)
	_, said := weixin.Code(failed)
	if _, stopped := errors.AsType[*weixin.StoppedError](failed); stopped { // it was not even asked
		said = true
	}
	switch {
	case failed == nil:
		a.State, a.PublishID = models.ArticlePublishing, answer.PublishID.String()
	case said:
		a.State, a.Result = models.ArticleFailed, models.CodeOf(failed)
	default:
		a.State, a.Result = models.ArticleUnknown, "lost"
	}
	err = b.store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error {
		_, err := tx.In(community).MoveArticle(a, models.ArticleCalling)
		return err
	})
	if failed != nil {
		return a, failed
	}
	return a, err
}

// idle refuses a draft that is being published. Of two who publish it at once the second sees the first.
func idle(sc *models.Scope, channel models.ChannelID, mediaID string) error {
	if err := sc.LockChannel(channel); err != nil {
		return err
	}
	// In the order it goes through them: whatever moves between the two readings is seen by one of them.
	for _, state := range []models.ArticleState{models.ArticleCalling, models.ArticlePublishing} {
		under, err := sc.ArticlesIn(channel, state)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(under, func(x models.Article) bool { return x.MediaID == mediaID }) {
			return models.Errorf(models.Conflict, "article_under_way", "this draft is being published")
		}
	}
	return nil
}

// Articles lists publications before one, the newest first; zero begins with the newest.
func (b *Bot) Articles(ctx context.Context, community models.CommunityID, before models.ArticleID, limit int) ([]models.Article, error) {
	return b.store.Read(ctx).In(community).Articles(before, limit)
}

// pollArticle asks until WeChat says how a publication ended.
func (b *Bot) pollArticle(ctx context.Context, a PollArticle) error {
	sc := b.store.Read(ctx).In(a.Community)
	x, err := sc.Article(a.Article)
	if err != nil {
		return err
	}
	switch x.State {
	case models.ArticleCalling: // the process died while it asked
		x.State, x.Result = models.ArticleUnknown, "lost"
		return b.store.Tx(ctx, func(tx *models.Tx) error {
			_, err := tx.In(a.Community).MoveArticle(x, models.ArticleCalling)
			return err
		})
	case models.ArticlePublished, models.ArticleFailed, models.ArticleUnknown:
		return nil
	case models.ArticlePublishing:
	}
	ended, err := b.lookUpArticle(ctx, sc, &x)
	if err != nil && jobs.Final(ctx, err) { // nobody will say any more, and it must not be under way for ever
		x.State, x.Result, ended, err = models.ArticleUnknown, "lost", true, nil
	}
	if err != nil {
		return err
	}
	if !ended {
		return jobs.SnoozeFor(sc.Now, articlePollEvery, "WeChat is still publishing")
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := tx.In(a.Community).MoveArticle(x, models.ArticlePublishing)
		return err
	})
}

// lookUpArticle fills in how a publication ended and reports whether it has.
func (b *Bot) lookUpArticle(ctx context.Context, sc *models.Scope, x *models.Article) (bool, error) {
	c, err := b.officialOf(sc)
	if err != nil {
		return false, err
	}
	var answer struct {
		Status    int    `json:"publish_status"`
		ArticleID string `json:"article_id"`
		Detail    struct {
			Items []struct {
				URL string `json:"article_url"`
			} `json:"item"`
		} `json:"article_detail"`
	}
	err = b.hub.PostJSON(ctx, accountID(c), "/cgi-bin/freepublish/get", map[string]any{"publish_id": x.PublishID}, &answer)
	if err != nil {
		return false, weixin.Redacted(err)
	}
	const published, running = 0, 1
	switch answer.Status {
	case running:
		return false, nil
	case published:
		x.State, x.ArticleID = models.ArticlePublished, clip(answer.ArticleID, 128)
		if len(answer.Detail.Items) > 0 {
			x.URL = clip(answer.Detail.Items[0].URL, 500)
		}
	default:
		x.State, x.Result = models.ArticleFailed, articleFailure(answer.Status)
	}
	return true, nil
}

// articleFailure gives a publish_status our word.
func articleFailure(status int) string {
	switch status {
	case 2:
		return "original"
	case 4:
		return "review"
	case 5:
		return "deleted"
	case 6:
		return "banned"
	}
	return "failed"
}

// publishDone has a publication looked up as soon as WeChat says that it has ended.
func (b *Bot) publishDone(ctx context.Context, c models.Channel, _ models.Inbox, _ weixin.Message) (effect, error) {
	under, err := b.store.Read(ctx).In(c.CommunityID).ArticlesIn(c.ID, models.ArticlePublishing)
	if err != nil || len(under) == 0 {
		return nil, err
	}
	return func(sc *models.Scope) error {
		for _, x := range under {
			if err := jobs.Enqueue(sc.Tx, PollArticle{sc.Community, x.ID}, sc.Now); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
