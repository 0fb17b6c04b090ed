package bot_test

import (
	"strings"
	"testing"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/models"
)

// TestLongInput: what is longer than its column is refused, or not kept because nobody uses it; no engine is asked.
func TestLongInput(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		long := strings.Repeat("<", 60_000)
		save := func(c models.BroadcastContent, to models.BroadcastAudience) error {
			_, err := b.bot.SaveBroadcast(t.Context(), b.community, 1, 0, 0, bot.BroadcastDraft{Name: "x", Content: c, Audience: to})
			return err
		}
		for name, tc := range map[string]struct {
			content models.BroadcastContent
			to      models.BroadcastAudience
			code    string
		}{
			"a caption":         {models.BroadcastContent{Kind: "image", MediaIDs: []string{"m"}, Caption: long}, toEveryone(), "mass_text"},
			"a picture":         {models.BroadcastContent{Kind: "image", MediaIDs: []string{long}}, toEveryone(), "mass_pictures"},
			"no picture":        {models.BroadcastContent{Kind: "image", MediaIDs: []string{"m", ""}}, toEveryone(), "mass_pictures"},
			"a draft":           {models.BroadcastContent{Kind: "news", MediaIDs: []string{long}}, toEveryone(), "mass_draft"},
			"a caption of text": {models.BroadcastContent{Kind: "text", Text: "x", Caption: long}, toEveryone(), ""},
			"a rule of everyone": {text("x"), models.BroadcastAudience{Kind: "everyone",
				Rule: &models.TagRule{All: []models.TagCondition{{Kind: long}}}}, ""},
		} {
			if err := save(tc.content, tc.to); models.CodeOf(err) != tc.code || (err != nil) != (tc.code != "") {
				t.Errorf("%s: %v", name, models.CodeOf(err))
			}
		}
		for i, button := range []models.MenuButton{
			{Name: "x", Type: "miniprogram", AppID: "a", PagePath: long, URL: "https://a.example"},
			{Name: "x", Type: "click", Key: "k", URL: long},
			{Name: "x", Type: "media_id", MediaID: long},
		} {
			err := b.bot.SaveMenu(t.Context(), b.community, 1, 0, []models.MenuButton{button}, "")
			if models.CodeOf(err) != "bad_field" {
				t.Errorf("button %d: %v", i, models.CodeOf(err))
			}
		}
	})
}
