package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/throttle"
)

// EnvelopeOptions are the numbers of WeCom's group messages. Zero means the default.
type EnvelopeOptions struct {
	// FoldAfter is how long a WeCom owner's first task waits for others of the same content, so that she gets one message
	// for all her groups: two minutes; negative: not at all.
	FoldAfter time.Duration
	// ChatsMost is how many groups one message can be for: 2000, as add_msg_template says.
	ChatsMost int
	// RemindMost is how often an owner is reminded of one message: twice, at half and at five sixths of its time. WeCom
	// allows three times in 24 hours (remind_groupmsg_send). Negative: never.
	RemindMost int
	// SettleAfter is how long after an owner has sent a message a group without a row of its own may still get one: half
	// an hour. WeCom gives no number; later it counts as left out, and a row that comes all the same is booked as late.
	SettleAfter time.Duration
	// MediaMargin is how long before WeCom forgets an upload (three days after) it is made anew: twelve hours.
	MediaMargin time.Duration
	// UnknownAfter is how long after its end a task that cannot be learnt about is listed as unknown: an hour.
	UnknownAfter time.Duration
	// HandEvery is how often group messages are looked for that Siyu did not ask for: half an hour.
	HandEvery time.Duration
	// HandFor is how long such a message is looked at: eight days.
	HandFor time.Duration
}

func (o EnvelopeOptions) filled() EnvelopeOptions {
	o.FoldAfter = max(cmp.Or(o.FoldAfter, 2*time.Minute), 0)
	o.ChatsMost = cmp.Or(o.ChatsMost, 2000)
	o.RemindMost = max(cmp.Or(o.RemindMost, 2), 0)
	o.SettleAfter = cmp.Or(o.SettleAfter, 30*time.Minute)
	o.MediaMargin = cmp.Or(o.MediaMargin, 12*time.Hour)
	o.UnknownAfter = cmp.Or(o.UnknownAfter, time.Hour)
	o.HandEvery = cmp.Or(o.HandEvery, 30*time.Minute)
	o.HandFor = cmp.Or(o.HandFor, 8*24*time.Hour)
	return o
}

// SendEnvelopes is the job that folds a WeCom owner's new tasks into envelopes, one for each content.
type SendEnvelopes struct {
	Community   models.CommunityID `json:"community"`
	OwnerUserID string             `json:"owner"`
}

// Kind names the job.
func (SendEnvelopes) Kind() string { return "envelope.fold" }

// offerContent is what a sponsored envelope says.
const offerContent = "o:"

func sponsored(content string) bool { return strings.HasPrefix(content, offerContent) }

// foldAt has an owner's new tasks folded at a time, those of others who come meanwhile with them.
func foldAt(sc *models.Scope, owner string, at models.Millis) error {
	_, err := jobs.EnqueueOnce(sc.Tx, SendEnvelopes{Community: sc.Community, OwnerUserID: owner}, at,
		"fold:"+sc.Community.String()+":"+owner)
	return err
}

// sendEnvelopes folds what may go out now; what an order keeps waits and is looked at again.
func (b *Bot) sendEnvelopes(ctx context.Context, a SendEnvelopes) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		if err := lockOwner(sc, a.OwnerUserID); err != nil {
			return err
		}
		tasks, err := sc.TasksToFold(a.OwnerUserID)
		if err != nil {
			return err
		}
		free, kept, err := b.sift(sc, tasks)
		if err != nil {
			return err
		}
		if kept {
			if err := foldAt(sc, a.OwnerUserID, tx.Now.Add(askAfterOrder)); err != nil {
				return err
			}
		}
		return b.fold(sc, a.OwnerUserID, free)
	})
}

// lockOwner locks all groups of a WeCom owner, in the order of their ids: whoever decides about her day does so one after
// the other.
func lockOwner(sc *models.Scope, owner string) error {
	groups, err := sc.GroupsOfOwner(owner)
	if err != nil || len(groups) == 0 {
		return err
	}
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	if _, err = sc.LockGroups(ids); err != nil {
		return fmt.Errorf("lock an owner's groups: %w", err)
	}
	return nil
}

// lockTasks locks the groups of some tasks, in the order of their ids.
func lockTasks(sc *models.Scope, tasks []models.Task) (map[models.GroupID]models.Group, error) {
	ids := make([]models.GroupID, len(tasks))
	for i, t := range tasks {
		ids[i] = t.GroupID
	}
	slices.Sort(ids)
	found := make(map[models.GroupID]models.Group, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	locked, err := sc.LockGroups(slices.Compact(ids))
	if err != nil {
		return nil, fmt.Errorf("lock an envelope's groups: %w", err)
	}
	for _, g := range locked {
		found[g.ID] = g
	}
	return found, nil
}

// sift finds the tasks that may be handed over now. One whose time is over is left to the job that takes it back; one whose
// group has another owner by now goes to her; kept says that an order keeps some.
func (b *Bot) sift(sc *models.Scope, tasks []models.Task) (free []models.Task, kept bool, err error) {
	groups, err := lockTasks(sc, tasks)
	if err != nil {
		return nil, false, err
	}
	for _, t := range tasks {
		if sc.Now >= t.DueAt {
			continue
		}
		if g := groups[t.GroupID]; g.OwnerUserID != t.OwnerUserID {
			if err := b.goBack(sc, t); err != nil {
				return nil, false, err
			}
			continue
		}
		why, err := b.mayHand(sc, t)
		if err != nil {
			return nil, false, err
		}
		if why != throttle.None {
			kept = true
			continue
		}
		free = append(free, t)
	}
	return free, kept, nil
}

// mayHand reports whether a task may be handed over now; if not, why names the order that came in between. It locks the
// task's group.
func (b *Bot) mayHand(sc *models.Scope, t models.Task) (throttle.Reason, error) {
	if t.PlacementID == 0 {
		return b.runMayHand(sc, t)
	}
	p, err := sc.Placement(t.PlacementID)
	if err != nil {
		return throttle.None, err
	}
	return b.ledger.MayHand(sc, p)
}

// contentOf is what a task's message says, and since when it was to go out; those of one content can lie in one envelope.
func contentOf(sc *models.Scope, t models.Task) (content string, since models.Millis, err error) {
	if t.PlacementID == 0 {
		content, err = runContent(sc, t)
		return content, t.CreatedAt, err
	}
	p, err := sc.Placement(t.PlacementID)
	return offerContent + p.OfferID.String(), p.S, err
}

// goBack makes a task that verifiably is with nobody new again: it goes to whoever owns its group now.
func (b *Bot) goBack(sc *models.Scope, t models.Task) error {
	return b.goBackFor(sc, t, b.envelopes.FoldAfter)
}

// goBackFor is goBack, to be folded after a while.
func (b *Bot) goBackFor(sc *models.Scope, t models.Task, wait time.Duration) error {
	g, err := sc.Group(t.GroupID)
	if err != nil {
		return err
	}
	if err := b.assign(sc, g, &t); err != nil {
		return err
	}
	moved, err := sc.UnfoldTask(t)
	if err != nil {
		return err
	}
	if !moved {
		return jobs.Snooze(sc.Now, "the task moved")
	}
	return foldAt(sc, t.OwnerUserID, sc.Now.Add(wait))
}
