package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/throttle"
)

// SendEnvelope is the job that gives one envelope to WeCom.
type SendEnvelope struct {
	Community models.CommunityID `json:"community"`
	Envelope  models.EnvelopeID  `json:"envelope"`
}

// Kind names the job.
func (SendEnvelope) Kind() string { return "envelope.send" }

// sendEnvelope makes the group message for an owner. The call cannot be repeated safely, so the envelope is marked before
// it; one that is found marked is looked up by the code in its card instead.
func (b *Bot) sendEnvelope(ctx context.Context, a SendEnvelope) error {
	sc := b.store.Read(ctx).In(a.Community)
	e, err := sc.Envelope(a.Envelope)
	if err != nil {
		return err
	}
	switch e.State {
	case models.EnvelopeCalling:
		if e, err = b.adopt(ctx, a.Community, e); err != nil || e.State != models.EnvelopeCalling {
			return err
		}
		now := models.MillisOf(b.store.Clock().Now())
		if safe := e.CalledAt.Add(b.lag); now < safe {
			return jobs.Snooze(safe, "WeCom may have the message: look again")
		}
	case models.EnvelopeNew:
	case models.EnvelopeOpen, models.EnvelopeClosed:
		return nil
	}
	for again := range 2 {
		req, err := b.letter(ctx, sc, e)
		if err != nil {
			return err
		}
		if req.ChatIDList, err = b.markCalling(ctx, a.Community, &e); err != nil || len(req.ChatIDList) == 0 {
			return err
		}
		err = b.call(ctx, sc, e, req)
		if code, _ := weixin.Code(err); again > 0 || code != mediaInvalid || len(req.media()) == 0 {
			return err
		}
		if err := b.forgetMedia(ctx, sc, e.ChannelID, req.media()); err != nil { // one ended before its time: upload them anew, once
			return err
		}
		e.State = models.EnvelopeNew
	}
	return nil
}

// mediaInvalid is WeCom's errcode for a media_id it does not know, or not any more.
const mediaInvalid = 40007

// call asks WeCom for the message. What WeCom refuses it did not take: it may be asked again.
func (b *Bot) call(ctx context.Context, sc *models.Scope, e models.Envelope, req template) error {
	corp, err := sc.Channel(models.WeCom)
	if err != nil {
		return err
	}
	var made struct {
		MsgID    string   `json:"msgid"`
		FailList []string `json:"fail_list"`
	}
	if err := b.hub.PostJSON(ctx, accountID(corp), "/cgi-bin/externalcontact/add_msg_template", req, &made); err != nil {
		err = fmt.Errorf("hand a post to its owner: %w", err)
		if _, said := weixin.Code(err); said {
			err = errors.Join(err, b.refused(ctx, sc.Community, e), b.suspectSender(ctx, err))
		}
		return err
	}
	return b.opened(ctx, sc.Community, e, made.MsgID, made.FailList)
}

// markCalling says that WeCom is about to be asked, now, and returns for which groups. Tasks that an order stopped meanwhile
// are left out: looked at under the groups' locks, so that whoever gave the order and has its answer sees no later call. An
// envelope in which nothing is left is closed.
func (b *Bot) markCalling(ctx context.Context, community models.CommunityID, e *models.Envelope) ([]string, error) {
	var chats []string
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		chats = nil
		if err := lockOwner(sc, e.OwnerUserID); err != nil {
			return err
		}
		tasks, groups, err := b.lockEnvelope(sc, *e)
		if err != nil {
			return err
		}
		var ready []models.Task
		for _, t := range tasks {
			stays, err := b.staysIn(sc, t, groups[t.GroupID])
			if err != nil {
				return err
			}
			if stays {
				ready, chats = append(ready, t), append(chats, *groups[t.GroupID].ChatID)
			}
		}
		if ready, err = b.inItsDay(sc, *e, ready); err != nil {
			return err
		}
		if len(ready) == 0 {
			chats = nil
			_, err := sc.CloseEnvelope(e.ID, e.State, true)
			return err
		}
		return b.setCalling(sc, e, ready)
	})
	return chats, err
}

// inItsDay gives the tasks of an envelope back whose owner has been asked for something else today: it was to go out on a
// day before, or another was quicker.
func (b *Bot) inItsDay(sc *models.Scope, e models.Envelope, ready []models.Task) ([]models.Task, error) {
	if !sponsored(e.Content) || len(ready) == 0 {
		return ready, nil
	}
	today, err := ownerDay(sc, e.OwnerUserID)
	if err != nil || e.Day == today.day {
		return ready, err
	}
	left, err := leftToday(sc, e.OwnerUserID, today.day, e.ID)
	if err != nil || left > 0 {
		return ready, err
	}
	return nil, b.tomorrow(sc, ready)
}

// lockEnvelope locks the groups of an envelope's tasks and reads those that have not ended. What was read before the locks may
// be old: a group may have become part of another meanwhile, with its tasks.
func (b *Bot) lockEnvelope(sc *models.Scope, e models.Envelope) ([]models.Task, map[models.GroupID]models.Group, error) {
	tasks, err := sc.TasksInEnvelope(e.ID)
	for err == nil {
		var groups map[models.GroupID]models.Group
		if groups, err = lockTasks(sc, tasks); err != nil {
			break
		}
		if tasks, err = sc.TasksInEnvelope(e.ID); err != nil {
			break
		}
		if !slices.ContainsFunc(tasks, func(t models.Task) bool { _, locked := groups[t.GroupID]; return !locked }) {
			return slices.DeleteFunc(tasks, ended), groups, nil
		}
	}
	return nil, nil, err
}

func ended(t models.Task) bool { return t.State == models.TaskDone || t.State == models.TaskCancelled }

// staysIn reports whether a task goes out with the envelope it lies in. What an order keeps, or whose group has another
// owner by now, goes back; what is over is left to the job that takes it back.
func (b *Bot) staysIn(sc *models.Scope, t models.Task, g models.Group) (bool, error) {
	if sc.Now >= t.DueAt || g.ChatID == nil {
		return false, nil
	}
	why, err := b.mayHand(sc, t)
	if err != nil {
		return false, err
	}
	if why == throttle.None && g.OwnerUserID == t.OwnerUserID {
		return true, nil
	}
	return false, b.goBackFor(sc, t, askAfterOrder)
}

// setCalling marks an envelope and what goes out with it.
func (b *Bot) setCalling(sc *models.Scope, e *models.Envelope, ready []models.Task) error {
	today, err := ownerDay(sc, e.OwnerUserID)
	if err != nil {
		return err
	}
	moved, err := sc.CallEnvelope(*e, today.day, earliest(ready))
	if err != nil {
		return err
	}
	if !moved {
		return jobs.Snooze(sc.Now, "the envelope moved")
	}
	for _, t := range ready {
		if _, err := sc.MoveTask(t.ID, t.State, models.TaskCalling, ""); err != nil {
			return err
		}
	}
	e.State, e.CalledAt, e.Day, e.DueAt = models.EnvelopeCalling, sc.Now, today.day, earliest(ready)
	return nil
}

// refused says that WeCom did not take an envelope.
func (b *Bot) refused(ctx context.Context, community models.CommunityID, e models.Envelope) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		tasks, _, err := b.lockEnvelope(sc, e)
		if err != nil {
			return err
		}
		moved, err := sc.UncallEnvelope(e.ID)
		if err != nil {
			return err
		}
		if !moved {
			return jobs.Snooze(tx.Now, "the envelope moved")
		}
		for _, t := range tasks {
			if t.State != models.TaskCalling {
				continue
			}
			if _, err := sc.MoveTask(t.ID, models.TaskCalling, models.TaskNew, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// opened books that WeCom has an envelope, without the groups in failed: their owner never sees it there. If an order came
// while WeCom was being asked, or a task was given up meanwhile, all of it is taken back at once.
func (b *Bot) opened(ctx context.Context, community models.CommunityID, e models.Envelope, msgID string, failed []string) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		tasks, groups, err := b.lockEnvelope(sc, e)
		if err != nil {
			return err
		}
		moved, err := sc.OpenEnvelope(e.ID, msgID)
		if err != nil {
			return err
		}
		if !moved {
			return jobs.Snooze(tx.Now, "the envelope moved")
		}
		left := 0
		for _, t := range tasks {
			if t.State != models.TaskCalling {
				continue
			}
			if chat := groups[t.GroupID].ChatID; chat == nil || slices.Contains(failed, *chat) {
				if err := b.unposted(sc, t, reasonFailed); err != nil {
					return err
				}
				continue
			}
			if err := b.openTask(sc, t, msgID); err != nil {
				return err
			}
			left++
		}
		return b.watchEnvelope(sc, e, left)
	})
}

// openTask books that a task is with its owner, and has it taken back if an order came meanwhile.
func (b *Bot) openTask(sc *models.Scope, t models.Task, msgID string) error {
	if t.PlacementID == 0 {
		moved, err := sc.MoveTask(t.ID, t.State, models.TaskOpen, msgID)
		if err != nil || !moved {
			return err
		}
		return b.runOpened(sc, t)
	}
	p, err := sc.Placement(t.PlacementID)
	if err != nil {
		return err
	}
	if err := open(sc, t, p, msgID); err != nil {
		return err
	}
	return b.haltIf(sc, t, p)
}

// watchEnvelope has an envelope that was just opened looked after. It is stopped if nothing is left in it, or if WeCom was
// asked for a group whose task was given up while it was being asked.
func (b *Bot) watchEnvelope(sc *models.Scope, e models.Envelope, left int) error {
	all, err := sc.TasksInEnvelope(e.ID)
	if err != nil {
		return err
	}
	strayed := slices.ContainsFunc(all, func(t models.Task) bool { return ended(t) && t.CalledAt == e.CalledAt && t.Why != reasonFailed })
	if left == 0 || strayed {
		return jobs.Enqueue(sc.Tx, CloseEnvelope{Community: sc.Community, Envelope: e.ID}, sc.Now)
	}
	if err := b.remindLater(sc, e, sc.Now); err != nil {
		return err
	}
	return jobs.Enqueue(sc.Tx, PollEnvelope{Community: sc.Community, Envelope: e.ID}, sc.Now.Add(pollEvery))
}
