package bot

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// toldByMass reports whether a card that was opened in a WeCom group came there in a message that one of the corp's people
// sent by herself, which WeCom tells of and which is booked as such: it appeared once and counts once. Until these messages
// have been read it waits.
func (b *Bot) toldByMass(sc *models.Scope, t models.Task, g models.Group, at models.Millis) (bool, error) {
	if g.Kind != models.WeComGroup || g.ChatID == nil {
		return false, nil
	}
	if read := at.Add(settleCard + b.envelopes.HandEvery); sc.Now < read {
		return false, jobs.Snooze(read, "it may have come in a message that WeCom tells of")
	}
	if unread, err := massesUnread(sc, at); err != nil || unread && sc.Now < at.Add(massWait) {
		return false, cmp.Or(err, jobs.SnoozeFor(sc.Now, b.envelopes.HandEvery, "WeCom's messages could not be read since"))
	}
	if t.PlacementID == 0 {
		return runInMass(sc, t, *g.ChatID)
	}
	p, err := sc.Placement(t.PlacementID)
	if err != nil {
		return false, err
	}
	booked, err := sc.LiveIn([]models.GroupID{g.ID}, []models.OfferID{p.OfferID}, p.CreatedAt)
	return slices.ContainsFunc(booked, func(q models.Placement) bool {
		byCard := strings.HasPrefix(q.Idem, "external:"+g.ID.String()+":card:")
		return q.Origin == models.OriginExternal && !byCard && q.SentAt <= at
	}), err
}

// massWait is how long a card that was opened waits at most for WeCom's messages to be read.
const massWait = 24 * time.Hour

// massesUnread reports whether a corp's messages are read, but were not since a time: WeCom does not answer.
func massesUnread(sc *models.Scope, since models.Millis) (bool, error) {
	corp, err := sc.Channel(models.WeCom)
	if err != nil {
		return false, err
	}
	upto, err := sc.MassUpto(corp.ID)
	return upto != 0 && upto < since, err
}

// runInMass reports whether a copy of a run's message that somebody sent by herself reached a group.
func runInMass(sc *models.Scope, t models.Task, chat string) (bool, error) {
	if t.EnvelopeID == 0 {
		return false, nil
	}
	copies, err := sc.MassesOf(t.EnvelopeID)
	if err != nil {
		return false, err
	}
	for _, m := range copies {
		if known, err := sc.HasOrganicPost(massIdem(m.MsgID, chat)); err != nil || known {
			return known, err
		}
	}
	return false, nil
}
