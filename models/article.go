package models

// ArticleState is where the publication of a news draft stands.
type ArticleState string

// The states of a publication. Unknown is one whose answer was lost: WeChat cannot be asked whether it took it, and asking
// again could publish twice.
const (
	ArticleCalling    ArticleState = "calling"
	ArticlePublishing ArticleState = "publishing"
	ArticlePublished  ArticleState = "published"
	ArticleFailed     ArticleState = "failed"
	ArticleUnknown    ArticleState = "unknown"
)

// Article is a news draft that was published on the account's page (发布), which sends it to nobody.
type Article struct {
	ID          ArticleID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	MediaID     string // of the draft
	Title       string
	State       ArticleState
	PublishID   string
	ArticleID   string // WeChat's, for menus and replies
	URL         string
	Result      string // the code of the failure
	CreatedBy   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
	DoneAt      Millis
}

// TableName names the table.
func (Article) TableName() string { return "articles" }

// InsertArticle stores a publication that is about to be asked for and fills its id.
func (sc *Scope) InsertArticle(a *Article) error {
	a.ID, a.CommunityID, a.CreatedAt, a.State = newID[Article](sc.Tx), sc.Community, sc.Now, ArticleCalling
	return insert(sc.Tx, a, "article")
}

// Article returns one publication of the community.
func (sc *Scope) Article(id ArticleID) (Article, error) {
	var a Article
	return a, one(sc.rows().Where("id = ?", int64(id)), &a, "article")
}

// Articles lists up to limit publications before an id, the newest first; zero begins with the newest.
func (sc *Scope) Articles(before ArticleID, limit int) ([]Article, error) {
	q := sc.rows()
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	var all []Article
	return all, list(q.Order("id DESC").Limit(limit), &all, "articles")
}

// ArticlesIn lists an account's publications in a state, oldest first.
func (sc *Scope) ArticlesIn(channel ChannelID, state ArticleState) ([]Article, error) {
	var all []Article
	q := sc.rows().Where("channel_id = ? AND state = ?", int64(channel), state).Order("id")
	return all, list(q, &all, "articles")
}

// MoveArticle takes a publication from one state to the one that to says, with what to carries; it reports false if it
// was not in from.
func (sc *Scope) MoveArticle(to Article, from ArticleState) (bool, error) {
	set := map[string]any{"state": to.State, "publish_id": to.PublishID, "article_id": to.ArticleID, "url": to.URL,
		"result": to.Result}
	if to.State != ArticlePublishing {
		set["done_at"] = int64(sc.Now)
	}
	return swap(sc.rows().Where("id = ? AND state = ?", int64(to.ID), from), &Article{}, set, "article")
}
