package models_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"siyu/models"
)

// TestBlankPushesUntil: what one person sent is forgotten, whatever became of it; nobody else's is.
func TestBlankPushesUntil(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		add := func(key string, channel models.ChannelID, openID string) models.InboxID {
			p := push(key)
			c.do(t, func(sc *models.Scope) error {
				p.ChannelID, p.Sender = channel, sc.SenderKey(channel, openID)
				_, err := sc.AddInbox(p)
				return err
			})
			return p.ID
		}
		finish := func(id models.InboxID, to models.InboxState) {
			c.do(t, func(sc *models.Scope) error {
				_, err := sc.FinishPush(id, to, "")
				return err
			})
		}
		done, dead, waits := add("1", 1, "mei"), add("2", 1, "mei"), add("3", 1, "mei")
		finish(done, models.InboxDone)
		finish(dead, models.InboxDead)
		other, elsewhere, system := add("4", 1, "lin"), add("5", 2, "mei"), add("6", 1, "")
		var n int64
		c.do(t, func(sc *models.Scope) (err error) {
			n, err = sc.BlankPushesUntil(sc.SenderKey(1, "mei"), sc.Now)
			return err
		})
		if n != 3 {
			t.Errorf("%d pushes were blanked, want 3", n)
		}
		for _, id := range []models.InboxID{done, dead, waits} {
			if p, err := c.read(t).Push(id); err != nil || len(p.Body) != 0 || p.State != models.InboxDone {
				t.Errorf("a push of hers is %s with %d bytes, %v", p.State, len(p.Body), err)
			}
		}
		for _, id := range []models.InboxID{other, elsewhere, system} {
			if p, err := c.read(t).Push(id); err != nil || len(p.Body) == 0 || p.State != models.InboxPending {
				t.Errorf("somebody else's push is %s with %d bytes, %v", p.State, len(p.Body), err)
			}
		}
		c.do(t, func(sc *models.Scope) (err error) {
			n, err = sc.BlankPushesUntil(sc.SenderKey(1, ""), sc.Now)
			return err
		})
		if n != 0 {
			t.Errorf("%d pushes of the platform were blanked", n)
		}
	})
}

// TestSenderKey: a key finds a person's pushes and does not tell who she is; accounts and secrets have keys of their own.
func TestSenderKey(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		tx := c.read(t)
		a, b := tx.SenderKey(1, "oyORnuP8q7ou2gfYjqLzSIWZf0rs"), tx.SenderKey(2, "oyORnuP8q7ou2gfYjqLzSIWZf0rs")
		if len(a) != 32 || a == b || a != tx.SenderKey(1, "oyORnuP8q7ou2gfYjqLzSIWZf0rs") || strings.Contains(a, "oyOR") {
			t.Errorf("keys %q and %q", a, b)
		}
		if tx.SenderKey(1, "1\nx") == tx.SenderKey(11, "\nx") {
			t.Error("two people have one key")
		}
	})
}

// TestCountPushKinds counts unknown events beside the known ones.
func TestCountPushKinds(t *testing.T) {
	t.Parallel()
	eachCircle(t, func(t *testing.T, c circle) {
		if all, err := c.read(t).CountPushKinds(); err != nil || len(all) != 0 {
			t.Errorf("an empty inbox has %v, %v", all, err)
		}
		for i, kind := range []models.Inbox{{Intent: "message"}, {Intent: "unknown", Event: "new_one"}, {Intent: "unknown", Event: "new_one"}} {
			c.do(t, func(sc *models.Scope) error {
				p := push(string(rune('a' + i)))
				p.Intent, p.Event = kind.Intent, kind.Event
				_, err := sc.AddInbox(p)
				return err
			})
		}
		all, err := c.read(t).CountPushKinds()
		want := []models.PushKind{{Intent: "unknown", Event: "new_one", Count: 2}, {Intent: "message", Count: 1}}
		if diff := cmp.Diff(want, all); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

// TestJobsLearnWhose: jobs of before the column existed are given to the community their arguments name.
func TestJobsLearnWhose(t *testing.T) {
	t.Parallel()
	const step = 2
	eachDSN(t, func(t *testing.T, dsn string) {
		s := openStore(t, dsn)
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		downBefore(t, s, step)
		engine, rest, _ := strings.Cut(dsn, ":")
		db, err := sql.Open(engine, rest)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		for id, args := range []string{`{}`, `{"community":"77","task":"5"}`, `{"community":""}`} {
			_, err := db.ExecContext(t.Context(), "INSERT INTO jobs (id, kind, args, periodic, run_at, state, attempts, owner, "+
				"lease_until, last_error, created_at, done_at) VALUES (?, 'k', ?, 0, 0, 'ready', 0, '', 0, '', 0, 0)", id+1, args)
			if err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		var got []models.CommunityID
		all, err := s.Read(t.Context()).DueJobs(models.WallClock{}.Now(), 10)
		for _, j := range all {
			got = append(got, j.CommunityID)
		}
		if diff := cmp.Diff([]models.CommunityID{0, 77, 0}, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}
