package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
)

type reminderView struct {
	ID         models.ReminderID    `json:"id"`
	Kind       models.ReminderKind  `json:"kind"`
	State      models.ReminderState `json:"state"`
	Reason     string               `json:"reason"`
	ReasonText string               `json:"reason_text"`
	OfferID    models.OfferID       `json:"offer_id"`
	OfferTitle string               `json:"offer_title"`
	Notice     *noticeView          `json:"notice,omitempty"`
	At         models.Millis        `json:"at"`
}

// listReminders shows of what members were reminded, newest first, and why not.
func (s *server) listReminders(c *gin.Context) (any, error) {
	in, err := bindPage[models.Reminder](c, "", string(models.ReminderHeld), string(models.ReminderBooked), string(models.ReminderDropped))
	if err != nil {
		return nil, err
	}
	all, err := s.Mini.Reminders(c.Request.Context(), account(c).CommunityID, models.ReminderState(in.State), in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views := make([]reminderView, len(all))
	for i, r := range all {
		v := reminderView{ID: r.ID, Kind: r.Kind, State: r.State, Reason: r.Reason, OfferID: r.OfferID, OfferTitle: r.Title, At: r.At}
		if r.Reason != "" {
			v.ReasonText = s.texts.say(requestLanguage(c), "reminder_"+r.Reason, nil)
		}
		if r.Notice.ID != 0 {
			n := viewNotice(r.Notice)
			v.Notice = &n
		}
		views[i] = v
	}
	return gin.H{"reminders": views}, nil
}
