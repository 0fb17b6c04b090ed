package bot

import (
	"context"

	"siyu/models"
)

// NewsArticle is one article of a news draft, in the platform's words.
type NewsArticle struct {
	Title     string `json:"title"`
	Author    string `json:"author,omitempty"`
	Digest    string `json:"digest,omitempty"`
	Content   string `json:"content"` // HTML; WeChat takes scripts out
	SourceURL string `json:"content_source_url,omitempty"`
	Thumb     string `json:"thumb_media_id"` // of a permanent picture
}

// getDraft reads a draft from the account's draft box.
func (b *Bot) getDraft(ctx context.Context, c models.Channel, mediaID string) ([]NewsArticle, error) {
	var answer struct {
		Items []NewsArticle `json:"news_item"`
	}
	err := b.hub.PostJSON(ctx, accountID(c), "/cgi-bin/draft/get", map[string]any{"media_id": mediaID}, &answer)
	return answer.Items, err
}
