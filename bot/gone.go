package bot

import (
	"context"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle"
)

// groupGone books that a group has ended: nobody is in it any more, what was to be posted in it is taken back, and nothing
// is planned for it. That its members are out of it is nobody's judgement of what was posted. Booking it twice is the same
// as once.
func (b *Bot) groupGone(sc *models.Scope, id models.GroupID) error {
	g, err := sc.LockGroup(id)
	if err != nil || g.GoneAt != 0 {
		return err
	}
	if err := sc.SetGroupGone(g.ID, sc.Now); err != nil {
		return err
	}
	present, err := sc.PresentMembers(g.ID)
	if err != nil {
		return err
	}
	if err := endStays(sc, g, present); err != nil {
		return err
	}
	tasks, err := sc.TasksOfGroup(g.ID, models.TaskNew, models.TaskCalling, models.TaskOpen)
	if err != nil {
		return err
	}
	tasked := make(map[models.PlacementID]bool, len(tasks))
	work := make([]jobs.Args, len(tasks))
	for i, t := range tasks {
		tasked[t.PlacementID] = true
		work[i] = CloseTask{Community: sc.Community, Task: t.ID, Why: throttle.Gone.String()}
	}
	if err := jobs.EnqueueAll(sc.Tx, work, sc.Now); err != nil {
		return err
	}
	waiting, err := sc.LivePlacements(g.ID, sc.Now)
	if err != nil {
		return err
	}
	for _, p := range waiting {
		if p.State == models.PlacementReserved && !tasked[p.ID] {
			if err := b.ledger.Release(sc, p.ID, throttle.Gone.String()); err != nil {
				return err
			}
		}
	}
	return sc.AddAudit(0, "group.gone", "group:"+g.ID.String(), "")
}

// endStays ends the stays of everybody in a group that is gone. They count as removed: nobody left.
func endStays(sc *models.Scope, g models.Group, present []models.GroupMember) error {
	ids := make([]models.ID[models.GroupMember], len(present))
	var touches []models.Touch
	for i, m := range present {
		ids[i] = m.ID
		if !m.Staff && m.MemberID != 0 {
			touches = append(touches, models.Touch{Kind: models.TouchLeave, At: sc.Now, MemberID: m.MemberID, GroupID: g.ID,
				UID: "leave:" + m.ID.String()})
		}
	}
	if err := sc.CloseStays(ids, sc.Now, true); err != nil {
		return err
	}
	return sc.AddTouches(touches)
}

// groupBack books that a group that was taken for gone is there after all.
func (b *Bot) groupBack(sc *models.Scope, id models.GroupID) error {
	if err := sc.SetGroupGone(id, 0); err != nil {
		return err
	}
	return sc.AddAudit(0, "group.back", "group:"+id.String(), "")
}

// chatGone books that WeCom has a group no more. A reading that was booked since WeCom was asked knows better.
func (b *Bot) chatGone(ctx context.Context, c models.Channel, in models.SyncID, was models.Chat) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(c.CommunityID)
		if was.GroupID != 0 {
			if _, err := sc.LockGroup(was.GroupID); err != nil {
				return err
			}
		}
		chat, err := sc.Chat(c.ID, was.ChatID)
		if err != nil && !models.IsKind(err, models.NotFound) || chat.Ver != was.Ver {
			return err
		}
		if in == 0 {
			in = chat.ReadIn
		}
		if err := sc.EndChat(chat.ID, in); err != nil {
			return err
		}
		g, err := sc.GroupByChatID(was.ChatID)
		if models.IsKind(err, models.NotFound) { // it was listed and never read
			return nil
		}
		if err != nil {
			return err
		}
		return b.groupGone(sc, g.ID)
	})
}
