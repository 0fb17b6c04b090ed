package offers

import (
	"siyu/internal/jobs"
	"siyu/models"
)

// CardSeen is the job that books that somebody opened a card in a group: it was posted there. The Mini Program writes it in
// the transaction of the opening; the bot does the work.
type CardSeen struct {
	Community models.CommunityID `json:"community"`
	Subject   string             `json:"subject"` // of the card's task, see [models.SubjectOf]
	Group     models.GroupID     `json:"group"`   // where it was opened
	At        models.Millis      `json:"at"`
}

// Kind names the job.
func (CardSeen) Kind() string { return "card.seen" }

// Seen writes the job, once for each card and group: who opens it there next tells nothing new.
func Seen(sc *models.Scope, a CardSeen) error {
	_, err := jobs.EnqueueOnce(sc.Tx, a, sc.Now, "card:"+a.Subject+":"+a.Group.String())
	return err
}

// GroupTurned is the job that makes an ordinary group the WeCom group it has become. Whoever learns of it writes the job; the
// bot does the work.
type GroupTurned struct {
	Community models.CommunityID `json:"community"`
	Group     models.GroupID     `json:"group"`
	ChatID    string             `json:"chat_id"`
}

// Kind names the job.
func (GroupTurned) Kind() string { return "group.turned" }

// TellByNotice is the job that sends somebody of the team a subscription message about her tasks. The bot writes it; the Mini
// Program does the work.
type TellByNotice struct {
	Community models.CommunityID `json:"community"`
	Telling   models.TellingID   `json:"telling"`
}

// Kind names the job.
func (TellByNotice) Kind() string { return "telling.notice" }
