package jobs

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"siyu/models"
)

// Args is what a job is told. Its fields are stored as JSON; Kind names the work and never changes. Work of one community
// names it in a field `json:"community"`: its organiser sees the job when it fails for good.
type Args interface{ Kind() string }

// Enqueue writes a job to be run at the business time at, in the caller's transaction.
func Enqueue(tx *models.Tx, a Args, at models.Millis) error {
	_, err := add(tx, a, at, nil, false)
	return err
}

// EnqueueOnce is Enqueue unless a job with the same key waits already; then it reports false. A job that has started
// no longer waits: what changes after it started needs a new one.
func EnqueueOnce(tx *models.Tx, a Args, at models.Millis, key string) (bool, error) {
	return add(tx, a, at, &key, false)
}

// Periodic makes sure that one job runs for ever, the first time now. Its work returns [Snooze] to say when again.
func Periodic(tx *models.Tx, a Args) error {
	key := everyKey(a)
	_, err := add(tx, a, tx.Now, &key, true)
	return err
}

// Hasten lets a periodic job run at a time that is earlier than its own.
func Hasten(tx *models.Tx, a Args, at models.Millis) error { return tx.HastenJob(everyKey(a), at) }

func everyKey(a Args) string { return "every:" + a.Kind() }

// Front is the time of a job that goes before all others: somebody outside waits for it, and not for long. It is for few
// jobs, and has workers of its own when the others are busy. One that fails waits its turn like any other.
const Front = models.Front

// EnqueueAll is Enqueue for many jobs at once.
func EnqueueAll(tx *models.Tx, all []Args, at models.Millis) error {
	rows := make([]*models.Job, len(all))
	for i, a := range all {
		j, err := row(a, at)
		if err != nil {
			return err
		}
		rows[i] = &j
	}
	return tx.AddJobs(rows)
}

func add(tx *models.Tx, a Args, at models.Millis, key *string, periodic bool) (bool, error) {
	j, err := row(a, at)
	if err != nil {
		return false, err
	}
	j.UniqueKey, j.Periodic = key, periodic
	return tx.AddJob(&j)
}

// Made is the job that [Enqueue] would write, for who writes it together with other rows: models gives it the rest.
func Made(a Args, at models.Millis) (models.Job, error) { return row(a, at) }

// row is the job that is stored for a.
func row(a Args, at models.Millis) (models.Job, error) {
	text, err := json.Marshal(a)
	if err != nil {
		return models.Job{}, fmt.Errorf("enqueue %s: %w", a.Kind(), err)
	}
	var of struct {
		Community models.CommunityID `json:"community"`
	}
	if err := json.Unmarshal(text, &of); err != nil {
		return models.Job{}, fmt.Errorf("enqueue %s: whose work it is: %w", a.Kind(), err)
	}
	return models.Job{Kind: a.Kind(), Args: string(text), CommunityID: of.Community, RunAt: at}, nil
}

// snooze is the outcome "not now": the job runs again at a later time and has used up no attempt.
type snooze struct {
	at  models.Millis
	why string
}

func (s *snooze) Error() string { return "snoozed: " + s.why }

// Snooze is returned by work that must wait until at, a business time; why is kept with the job.
func Snooze(at models.Millis, why string) error { return &snooze{at: at, why: why} }

// SnoozeFor is Snooze for a duration from now on.
func SnoozeFor(now models.Millis, d time.Duration, why string) error { return Snooze(now.Add(d), why) }

// fatal is the outcome "never": trying again cannot help.
type fatal struct{ err error }

func (f *fatal) Error() string { return f.err.Error() }

func (f *fatal) Unwrap() error { return f.err }

// Fatal marks an error that trying again cannot mend: the job goes to the dead letters at once.
func Fatal(err error) error { return &fatal{err: err} }

// IsSnooze reports whether err says "not now".
func IsSnooze(err error) bool {
	_, ok := SnoozedUntil(err)
	return ok
}

// SnoozedUntil tells until when work is to wait that said "not now", in business time.
func SnoozedUntil(err error) (models.Millis, bool) {
	s, ok := errors.AsType[*snooze](err)
	if !ok {
		return 0, false
	}
	return s.at, true
}
