package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// Telling is when owners of ordinary groups are told of their tasks.
const (
	tellFold    = time.Minute      // what opens within it is told together
	tellApart   = 10 * time.Minute // between two messages to one person, and between two tellings of one task
	tellMost    = 3                // its opening, and two reminders
	tellLookFor = time.Minute      // what became of a message is looked at so often
	tellGiveUp  = 24 * time.Hour   // and for so long
)

// TellOwners is the job that tells a community's team of the tasks that are due to be told of: those that were opened, and
// those that wait for long.
type TellOwners struct {
	Community models.CommunityID `json:"community"`
}

// Kind names the job.
func (TellOwners) Kind() string { return "tasks.tell" }

// tellAt has the team told at a time, together with what else is told in the same minute.
func tellAt(sc *models.Scope, at models.Millis) error {
	slot := (at + models.Millis(tellFold/time.Millisecond) - 1) / models.Millis(tellFold/time.Millisecond)
	_, err := jobs.EnqueueOnce(sc.Tx, TellOwners{Community: sc.Community}, slot*models.Millis(tellFold/time.Millisecond),
		"tell:"+sc.Community.String()+":"+models.ID[models.Job](slot).String())
	return err
}

// tellSoon has the owner of a task that was just opened, or given to somebody else, told of it.
func tellSoon(sc *models.Scope, t models.Task) error {
	if t.Kind != models.OrdinaryGroup { // WeCom tells its people itself
		return nil
	}
	return tellAt(sc, sc.Now.Add(time.Second))
}

// tellOwners tells everybody what is due for her, each in a transaction of her own, and plans the next time.
func (b *Bot) tellOwners(ctx context.Context, a TellOwners) error {
	sc := b.store.Read(ctx).In(a.Community)
	open, err := sc.TasksIn(models.TaskOpen)
	if err != nil {
		return err
	}
	team, err := sc.Team()
	if err != nil {
		return err
	}
	var errs []error
	next := models.Millis(0)
	for _, who := range team {
		if !who.Active() || !slices.ContainsFunc(open, func(t models.Task) bool { return t.Kind == models.OrdinaryGroup && isFor(t, who) }) {
			continue
		}
		later, err := b.tellHer(ctx, a.Community, who)
		errs = append(errs, err)
		if later != 0 && (next == 0 || later < next) {
			next = later
		}
	}
	if err := errors.Join(errs...); err != nil || next == 0 {
		return err
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error { return tellAt(tx.In(a.Community), max(next, tx.Now.Add(tellFold))) })
}

// tellHer tells one of the team. Whoever tells her something at this moment may not tell her all: then it is looked again.
func (b *Bot) tellHer(ctx context.Context, community models.CommunityID, who models.Account) (next models.Millis, err error) {
	for range 3 {
		err = b.store.Tx(ctx, func(tx *models.Tx) error {
			next, err = b.tell(tx.In(community), who)
			return err
		})
		if !models.IsDuplicate(err) {
			break
		}
	}
	return next, err
}

// tell says to one of the team, in one message, what is due, and returns when something is due next; zero: nothing.
func (b *Bot) tell(sc *models.Scope, who models.Account) (next models.Millis, err error) {
	tasks, err := handTasks(sc, who)
	if err != nil || len(tasks) == 0 {
		return 0, err
	}
	ids, groups := make([]models.TaskID, len(tasks)), make([]models.GroupID, len(tasks))
	for i, t := range tasks {
		ids[i], groups[i] = t.ID, t.GroupID
	}
	told, err := sc.ToldRounds(who.ID, ids)
	if err != nil {
		return 0, err
	}
	calm, err := b.calm(sc, groups)
	if err != nil {
		return 0, err
	}
	rounds, due := map[models.TaskID]int{}, []models.Task{}
	for _, t := range tasks {
		round, at := nextTelling(t, told[t.ID], sc.Now)
		if until := calm[t.GroupID]; until > at {
			at = until
		}
		switch {
		case round < 0 || at >= t.DueAt:
		case at > sc.Now:
			next = earlier(next, at)
		default:
			rounds[t.ID], due = round, append(due, t)
			if _, later := nextTelling(t, round+1, sc.Now); later != 0 {
				next = earlier(next, later)
			}
		}
	}
	if len(due) == 0 {
		return next, nil
	}
	if free, err := spaced(sc, who.ID, due[0].DueAt); err != nil || free > sc.Now {
		return earlier(next, free), err
	}
	return next, b.say(sc, who, due, rounds)
}

// spaced is from when on somebody may be told again: whoever has many groups gets what falls due soon after a message in the
// next one, unless the first of it has little time left.
func spaced(sc *models.Scope, who models.AccountID, due models.Millis) (models.Millis, error) {
	last, err := sc.LastTelling(who)
	if err != nil {
		return 0, ignoreMissing(err)
	}
	free := last.CreatedAt.Add(tellApart)
	if due.Sub(free) < tellApart {
		return 0, nil
	}
	return free, nil
}

// calm tells until when it is quiet in some groups, where it is quiet now.
func (b *Bot) calm(sc *models.Scope, ids []models.GroupID) (map[models.GroupID]models.Millis, error) {
	groups, err := sc.GroupsWhere(models.GroupFilter{Only: append([]models.GroupID{0}, ids...)})
	if err != nil {
		return nil, err
	}
	quiet, err := b.ledger.QuietOf(sc, groups)
	if err != nil {
		return nil, err
	}
	until := map[models.GroupID]models.Millis{}
	for id, q := range quiet {
		if q == nil {
			continue
		}
		if now, ends := q.Span(int64(sc.Now)); now {
			until[id] = models.Millis(ends)
		}
	}
	return until, nil
}

func earlier(a, b models.Millis) models.Millis {
	if a == 0 || b < a {
		return b
	}
	return a
}

// nextTelling is which round of a task is to be told next, if told of them were, and when: its opening at once, reminders after
// half and five sixths of its time. What was missed is not made up for: the latest that is due is told. A task that is too
// short for a reminder gets none: then the round is -1. Pure.
func nextTelling(t models.Task, told int, now models.Millis) (round int, at models.Millis) {
	span := t.DueAt - t.OpenedAt
	when := []models.Millis{t.OpenedAt, t.OpenedAt + span/2, t.OpenedAt + span*5/6}
	round = -1
	for r := told; r < tellMost; r++ {
		if r > 0 && when[r].Sub(when[r-1]) < tellApart {
			break
		}
		if round >= 0 && when[r] > now {
			break
		}
		round, at = r, when[r]
	}
	return round, at
}
