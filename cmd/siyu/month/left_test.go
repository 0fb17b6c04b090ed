package month_test

import (
	"slices"
	"time"

	"siyu/models"
)

// compareLeft wants nobody to be able to send what is over or was taken back: its slot is somebody else's by now.
func (c *comparison) compareLeft(tr truth, b book) {
	for _, t := range tr.open {
		e, known := b.sent[t.MsgID]
		if !known || e.ID == 0 || e.State != models.EnvelopeOpen || e.DueAt.Add(time.Hour) < b.now {
			c.differ(&c.posts.Left, "an owner still has a message that is over, or of which nothing is known: %+v; envelope %+v", t, e)
		}
	}
}

// compareOnce wants a post to have been sent to its group by one message of ours at most. What somebody forwards by hand
// besides, no queue can know of.
func (c *comparison) compareOnce(s *seen) {
	slices.Sort(s.msgIDs)
	if ids := slices.Compact(s.msgIDs); len(ids) > 1 {
		c.differ(&c.posts.Doubled, "sent by several messages %v: %s", ids, s)
	}
}
