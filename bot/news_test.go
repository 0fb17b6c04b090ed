package bot_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// draft uploads a cover and puts a draft with one article into the draft box.
func (b *bench) draft(t *testing.T, title string) bot.NewsDraft {
	t.Helper()
	var picture bytes.Buffer
	must(t, png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))))
	cover, _, err := b.bot.UploadPicture(t.Context(), b.community, 1, picture.Bytes())
	must(t, err)
	d, err := b.bot.AddNewsDraft(t.Context(), b.community, 1, []bot.NewsArticle{{Title: title, Content: "<p>x</p>", Thumb: cover}})
	must(t, err)
	return d
}

// TestDrafts: drafts are added, edited, listed, sent and deleted; what sells says so in its title.
func TestDrafts(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	people := b.followers(t, 2)
	d := b.draft(t, "周末集市")
	all, total, err := b.bot.NewsDrafts(t.Context(), b.community, 0, 20)
	must(t, err)
	if total != 1 || all[0].MediaID != d.MediaID || all[0].Articles[0].Title != "周末集市" {
		t.Fatalf("the draft box has %+v", all)
	}
	v, err := b.bot.SaveBroadcast(t.Context(), b.community, 1, 0, 0, bot.BroadcastDraft{Name: "x", Sponsored: true,
		Content: models.BroadcastContent{Kind: "news", MediaIDs: []string{d.MediaID}}, Audience: toEveryone()})
	must(t, err)
	if _, err := b.bot.ConfirmBroadcast(t.Context(), b.community, 1, v.ID, bot.Confirmation{Ver: v.Ver}); models.CodeOf(err) != "label_missing" {
		t.Errorf("without a label it is %v", err)
	}
	a := d.Articles[0]
	a.Title = bot.AdLabel + a.Title
	must(t, b.bot.EditNewsDraft(t.Context(), b.community, 1, d.MediaID, 0, a))
	_, err = b.bot.ConfirmBroadcast(t.Context(), b.community, 1, v.ID, bot.Confirmation{Ver: v.Ver})
	must(t, err)
	b.settle(t, 10*time.Second)
	must(t, b.sim.FinishMass(t.Context(), b.masses(t)[0].ID, 0))
	if got := people[0].Inbox(official); len(got) != 1 || got[0].Text != a.Title {
		t.Errorf("she got %+v", got)
	}
	must(t, b.bot.DeleteNewsDraft(t.Context(), b.community, 1, d.MediaID))
	if _, err := b.bot.NewsDraft(t.Context(), b.community, d.MediaID); models.CodeOf(err) != "media_unknown" {
		t.Errorf("a deleted draft is %v", err)
	}
	if _, _, err := b.bot.UploadPicture(t.Context(), b.community, 1, []byte("<html>")); models.CodeOf(err) != "picture_kind" {
		t.Errorf("a page is taken for a picture: %v", err)
	}
}

// TestPublishDraft: a draft is published once, however its end is told; a lost answer is said so and not asked again.
func TestPublishDraft(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		for name, tc := range map[string]struct {
			status int
			lose   bool // the callback
			want   models.ArticleState
			result string
		}{
			"told": {0, false, models.ArticlePublished, ""}, "not told": {0, true, models.ArticlePublished, ""},
			"refused": {4, false, models.ArticleFailed, "review"}, "not original": {2, true, models.ArticleFailed, "original"},
		} {
			d := b.draft(t, name)
			a, err := b.bot.PublishDraft(t.Context(), b.community, 1, d.MediaID)
			must(t, err)
			if _, err := b.bot.PublishDraft(t.Context(), b.community, 1, d.MediaID); models.CodeOf(err) != "article_under_way" {
				t.Errorf("%s: a second time it is %v", name, err)
			}
			if tc.lose {
				b.sim.DropNextPush()
			}
			must(t, b.sim.FinishPublication(t.Context(), a.PublishID, tc.status))
			b.settle(t, 2*time.Minute)
			all, err := b.bot.Articles(t.Context(), b.community, 0, 1)
			must(t, err)
			if x := all[0]; x.State != tc.want || x.Result != tc.result || (tc.want == models.ArticlePublished) != (x.URL != "") {
				t.Errorf("%s: it ended as %+v", name, x)
			}
		}
		d := b.draft(t, "lost")
		b.sim.Fail("/cgi-bin/freepublish/submit", wechatsim.Fault{Disconnect: true, Execute: true})
		if _, err := b.bot.PublishDraft(t.Context(), b.community, 1, d.MediaID); models.CodeOf(err) != "wechat_busy" {
			t.Errorf("a lost answer is %v", err)
		}
		b.settle(t, 15*time.Minute)
		all, err := b.bot.Articles(t.Context(), b.community, 0, 1)
		must(t, err)
		if all[0].State != models.ArticleUnknown || len(b.sim.Publications(official)) != 5 {
			t.Errorf("it stands as %+v; WeChat has %d", all[0], len(b.sim.Publications(official)))
		}
	})
}
