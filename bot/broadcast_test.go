package bot_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const sendAll, sendList = "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/send"

// followers makes people who follow the account and are known.
func (b *bench) followers(t *testing.T, n int) []*wechatsim.Person {
	t.Helper()
	all := make([]*wechatsim.Person, n)
	for i := range all {
		all[i] = b.sim.NewPerson(fmt.Sprint("p", i))
		_, err := all[i].Follow(t.Context(), official)
		must(t, err)
	}
	b.settle(t, 10*time.Second)
	return all
}

func (b *bench) memberOf(t *testing.T, p *wechatsim.Person) models.MemberID {
	t.Helper()
	known, err := b.store.Read(t.Context()).In(b.community).MembersOf(official, []string{p.OpenID(official)})
	must(t, err)
	return known[p.OpenID(official)]
}

func text(words string) models.BroadcastContent {
	return models.BroadcastContent{Kind: "text", Text: words}
}

func toEveryone() models.BroadcastAudience { return models.BroadcastAudience{Kind: "everyone"} }

// broadcast writes, confirms and starts a text.
func (b *bench) broadcast(t *testing.T, to models.BroadcastAudience) models.BroadcastID {
	t.Helper()
	v, err := b.bot.SaveBroadcast(t.Context(), b.community, 1, 0, 0, bot.BroadcastDraft{Name: "周报", Content: text("周末见"), Audience: to})
	must(t, err)
	_, err = b.bot.ConfirmBroadcast(t.Context(), b.community, 1, v.ID, bot.Confirmation{Ver: v.Ver})
	must(t, err)
	return v.ID
}

func (b *bench) read(t *testing.T, id models.BroadcastID) bot.BroadcastView {
	t.Helper()
	v, err := b.bot.ReadBroadcast(t.Context(), b.community, id)
	must(t, err)
	return v
}

func (b *bench) masses(t *testing.T) []wechatsim.Mass {
	t.Helper()
	all, err := b.sim.Masses(official)
	must(t, err)
	return all
}

// counted is how many broadcasts count this month, over all members.
func (b *bench) counted(t *testing.T) int {
	t.Helper()
	tx := b.store.Read(t.Context())
	c, err := tx.In(b.community).Channel(models.OfficialAccount)
	must(t, err)
	sent, err := tx.In(b.community).SentInMonth(c.ID, bot.ChinaMonth(tx.Now))
	must(t, err)
	n := 0
	for _, k := range sent {
		n += k
	}
	return n
}

// TestBroadcast goes from the draft to WeChat's numbers: whom it skips without a word is expected and then told.
func TestBroadcast(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		people := b.followers(t, 5)
		must(t, people[4].Unfollow(t.Context(), official))
		for range 4 { // from WeChat's own console: we cannot know of them
			must(t, b.sim.MassOnSite(official, people[0]))
		}
		b.settle(t, 10*time.Second)
		for i := range 5 {
			id := b.broadcast(t, toEveryone())
			b.settle(t, 10*time.Second)
			if v := b.read(t, id); v.State != models.BroadcastSending || v.People != 4 || v.Chunks[0].State != models.ChunkAccepted {
				t.Fatalf("broadcast %d: %s to %d, part %+v", i, v.State, v.People, v.Chunks[0])
			}
			f, err := b.bot.ForecastBroadcast(t.Context(), b.community, id, 0)
			must(t, err)
			if want := max(3-i, 0); f.Left[want] != 4 {
				t.Errorf("after broadcast %d there are left %v", i, f.Left)
			}
			must(t, b.sim.FinishMass(t.Context(), b.masses(t)[i].ID, 0))
			b.settle(t, 10*time.Second)
			v := b.read(t, id)
			c := v.Chunks[0]
			wantSent, wantSkips := 3, 0 // the three whose month is not used up at WeChat
			if i == 4 {
				wantSent, wantSkips = 0, 4
			}
			if v.State != models.BroadcastSent || c.Total != 4 || c.Filtered != wantSent || c.Sent != wantSent || v.ExpectedSkips != wantSkips {
				t.Fatalf("broadcast %d ended as %s: %+v, expected skips %d, want %d sent and %d expected", i, v.State, c, v.ExpectedSkips, wantSent, wantSkips)
			}
		}
		if got := len(people[1].Inbox(official)); got != 4 {
			t.Errorf("she got %d, want 4", got)
		}
		clock.Set(time.Date(2026, 5, 31, 16, 0, 0, 0, time.UTC)) // June has begun in China
		if n := b.counted(t); n != 0 {
			t.Errorf("in the new month %d count already", n)
		}
	})
}

// TestBroadcastFaults: whatever happens to the call, everybody gets it once.
func TestBroadcastFaults(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.followers(t, 3)
		for i, tc := range []struct {
			name  string
			fault wechatsim.Fault
			wait  time.Duration
		}{
			{"the answer is lost", wechatsim.Fault{Disconnect: true, Execute: true}, 3 * time.Minute},
			{"the call is lost", wechatsim.Fault{Disconnect: true}, 3 * time.Minute},
			{"WeChat is busy", wechatsim.Fault{Errcode: -1, Times: 3}, 3 * time.Minute},
			{"too many in a minute", wechatsim.Fault{Errcode: 45011}, 3 * time.Minute},
		} {
			b.sim.Fail(sendAll, tc.fault)
			id := b.broadcast(t, toEveryone())
			b.settle(t, tc.wait)
			v := b.read(t, id)
			if len(b.masses(t)) != i+1 || v.Chunks[0].State != models.ChunkAccepted || v.Chunks[0].MsgID != b.masses(t)[i].ID {
				t.Fatalf("%s: %d messages at WeChat, want %d; the part is %+v", tc.name, len(b.masses(t)), i+1, v.Chunks[0])
			}
			if n := b.counted(t); n != 3*(i+1) {
				t.Errorf("%s: %d count, want %d", tc.name, n, 3*(i+1))
			}
		}
	})
}

// TestBroadcastQuota: a part that WeChat did not take for want of quota counts in nobody's month until it is taken.
func TestBroadcastQuota(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.followers(t, 3)
	b.sim.Fail(sendAll, wechatsim.Fault{Errcode: 45009})
	id := b.broadcast(t, toEveryone())
	b.settle(t, time.Minute)
	if v := b.read(t, id); v.Chunks[0].State != models.ChunkNew || b.counted(t) != 0 {
		t.Fatalf("the part is %+v, %d count", v.Chunks[0], b.counted(t))
	}
	clock.Advance(24 * time.Hour)
	b.settle(t, time.Minute)
	if v := b.read(t, id); v.Chunks[0].State != models.ChunkAccepted || len(b.masses(t)) != 1 {
		t.Errorf("the next day the part is %+v", v.Chunks[0])
	}
}

// TestBroadcastRefused: what WeChat will not take and what its review stops give the month back, and say why.
func TestBroadcastRefused(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.followers(t, 3)
	b.sim.Fail(sendAll, wechatsim.Fault{Errcode: 45028})
	refused := b.broadcast(t, toEveryone())
	b.settle(t, time.Minute)
	if v := b.read(t, refused); v.State != models.BroadcastFailed || v.Chunks[0].Result != "mass_quota" || b.counted(t) != 0 {
		t.Errorf("it is %s because of %q, %d count", v.State, v.Chunks[0].Result, b.counted(t))
	}
	must(t, b.sim.SetSendProtection(official, true))
	for i, tc := range []struct {
		code int
		wait time.Duration
		want string
	}{{10001, 0, "ad"}, {40001, 0, "admin_refused"}, {0, time.Hour, "admin_timeout"}, {-1, 0, "send_fail"}} {
		id := b.broadcast(t, toEveryone())
		b.settle(t, 10*time.Second)
		clock.Advance(tc.wait)
		must(t, b.sim.FinishMass(t.Context(), b.masses(t)[i].ID, tc.code))
		b.settle(t, 10*time.Second)
		if v := b.read(t, id); v.State != models.BroadcastFailed || v.Chunks[0].Result != tc.want || b.counted(t) != 0 {
			t.Errorf("err(%d): it is %s because of %q, %d count; want %q", tc.code, v.State, v.Chunks[0].Result, b.counted(t), tc.want)
		}
	}
}

// TestLostCallback: the end is asked for when nobody tells it, and a callback that comes before the answer to the call is
// booked waits for it.
func TestLostCallback(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.followers(t, 3)
		lost := b.broadcast(t, toEveryone())
		b.settle(t, 10*time.Second)
		b.sim.DropNextPush()
		must(t, b.sim.FinishMass(t.Context(), b.masses(t)[0].ID, 0))
		b.settle(t, 20*time.Minute)
		if v := b.read(t, lost); v.State != models.BroadcastSent || v.Chunks[0].Total != -1 {
			t.Errorf("without a callback it is %s with %+v", v.State, v.Chunks[0])
		}
		b.sim.Fail(sendAll, wechatsim.Fault{Disconnect: true, Execute: true})
		early := b.broadcast(t, toEveryone())
		_, err := b.runner.Drain(t.Context())
		must(t, err)
		must(t, b.sim.FinishMass(t.Context(), b.masses(t)[1].ID, 0))
		b.settle(t, 5*time.Minute)
		if v := b.read(t, early); v.State != models.BroadcastSent || v.Chunks[0].Sent != 3 || len(b.masses(t)) != 2 {
			t.Errorf("told early it is %s with %+v", v.State, v.Chunks[0])
		}
		c, err := s.Read(t.Context()).In(b.community).CountInbox()
		must(t, err)
		if c.Dead != 0 || c.Pending != 0 {
			t.Errorf("the inbox counts %+v", c)
		}
	})
}

// TestForgottenClientID: a part whose answer was lost for longer than WeChat remembers its clientmsgid is not sent again.
func TestForgottenClientID(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	b.followers(t, 3)
	b.sim.Fail(sendAll, wechatsim.Fault{Disconnect: true, Execute: true})
	id := b.broadcast(t, toEveryone())
	_, err := b.runner.Drain(t.Context())
	must(t, err)
	clock.Advance(25 * time.Hour) // the process was down
	b.settle(t, time.Minute)
	if v := b.read(t, id); v.Chunks[0].State != models.ChunkUnknown || v.State != models.BroadcastSent || len(b.masses(t)) != 1 || b.counted(t) != 3 {
		t.Errorf("it is %s with %+v; %d messages at WeChat", v.State, v.Chunks[0], len(b.masses(t)))
	}
}

// TestTwoInstances send the same parts at the same moment: WeChat has each once.
func TestTwoInstances(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.followers(t, 4)
		v, err := b.bot.SaveBroadcast(t.Context(), b.community, 1, 0, 0, bot.BroadcastDraft{Name: "周报", Content: text("周末见"), Audience: toEveryone()})
		must(t, err)
		first := b.runner
		b.wire(t, b.api)
		must(t, b.bot.Connect(t.Context()))
		var all sync.WaitGroup
		var mu sync.Mutex
		confirmed := 0
		for range 8 { // eight organisers tap at once
			all.Go(func() {
				_, err := b.bot.ConfirmBroadcast(t.Context(), b.community, 1, v.ID, bot.Confirmation{Ver: v.Ver})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					confirmed++
				} else if models.CodeOf(err) != "broadcast_moved" {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if confirmed != 1 {
			t.Fatalf("%d confirmations", confirmed)
		}
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error { // as after a crash: the same job waits six times
			for range 5 {
				if err := jobs.Enqueue(tx, bot.StartBroadcast{Community: b.community, Broadcast: v.ID}, tx.Now); err != nil {
					return err
				}
			}
			return nil
		}))
		race := func() {
			for _, r := range []*jobs.Runner{first, b.runner} {
				all.Go(func() {
					if _, err := r.Drain(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		race()
		chunk := b.read(t, v.ID).Chunks
		if len(chunk) != 1 {
			t.Fatalf("%d parts", len(chunk))
		}
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
			for range 5 {
				if err := jobs.Enqueue(tx, bot.SendChunk{Community: b.community, Chunk: chunk[0].ID}, tx.Now); err != nil {
					return err
				}
			}
			return nil
		}))
		race()
		for range 4 {
			clock.Advance(time.Minute)
			race()
		}
		if len(b.masses(t)) != 1 || b.counted(t) != 4 {
			t.Errorf("WeChat has %d messages, %d count", len(b.masses(t)), b.counted(t))
		}
	})
}

// TestBroadcastRules: quiet hours, lists, labels, cancelling and previews.
func TestBroadcastRules(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	people := b.followers(t, 3)
	save := func(d bot.BroadcastDraft) (bot.BroadcastView, error) {
		d.Name = "x"
		return b.bot.SaveBroadcast(t.Context(), b.community, 1, 0, 0, d)
	}
	refusedWith := func(code string, err error) {
		t.Helper()
		if models.CodeOf(err) != code {
			t.Errorf("it is %v, want %s", err, code)
		}
	}
	for code, d := range map[string]bot.BroadcastDraft{
		"mass_text":     {Content: text(" "), Audience: toEveryone()},
		"mass_kind":     {Content: models.BroadcastContent{Kind: "video"}, Audience: toEveryone()},
		"mass_draft":    {Content: models.BroadcastContent{Kind: "news"}, Audience: toEveryone()},
		"mass_pictures": {Content: models.BroadcastContent{Kind: "image"}, Audience: toEveryone()},
		"mass_audience": {Content: text("x"), Audience: models.BroadcastAudience{Kind: "members"}},
		"tag_not_found": {Content: text("x"), Audience: models.BroadcastAudience{Kind: "tag", Tag: 7}},
		"rule_size":     {Content: text("x"), Audience: models.BroadcastAudience{Kind: "members", Rule: &models.TagRule{}}},
	} {
		_, err := save(d)
		refusedWith(code, err)
	}
	night := models.MillisOf(time.Date(2026, 5, 5, 6, 0, 0, 0, time.UTC)) // eleven at night in Vancouver
	v, err := save(bot.BroadcastDraft{Content: text("深夜"), Audience: toEveryone(), Sponsored: true})
	must(t, err)
	_, err = b.bot.ConfirmBroadcast(t.Context(), b.community, 1, v.ID, bot.Confirmation{Ver: v.Ver, At: night})
	refusedWith("broadcast_quiet", err)
	_, err = b.bot.ConfirmBroadcast(t.Context(), b.community, 1, v.ID, bot.Confirmation{Ver: v.Ver, At: night, OverQuiet: true})
	must(t, err)
	must(t, b.bot.PreviewBroadcast(t.Context(), b.community, v.ID, "", b.memberOf(t, people[2])))
	refusedWith("not_following", b.bot.PreviewBroadcast(t.Context(), b.community, v.ID, "nobody", 0))
	if got := people[2].Inbox(official); len(got) != 1 || !strings.HasPrefix(got[0].Text, bot.AdLabel) {
		t.Errorf("the preview is %+v", got)
	}
	clock.Set(night.Time().Add(-time.Minute))
	b.settle(t, 30*time.Second)
	if len(b.masses(t)) != 0 {
		t.Error("it was sent before its time")
	}
	b.settle(t, time.Minute)
	if len(b.masses(t)) != 1 {
		t.Error("it was not sent at its time")
	}
	_, err = b.bot.CancelBroadcast(t.Context(), b.community, 1, v.ID)
	refusedWith("broadcast_begun", err)
	clock.Set(time.Date(2026, 5, 5, 20, 0, 0, 0, time.UTC))
	one, err := save(bot.BroadcastDraft{Content: text("x"), Audience: models.BroadcastAudience{Kind: "members", Members: []models.MemberID{b.memberOf(t, people[0])}}})
	must(t, err)
	_, err = b.bot.ConfirmBroadcast(t.Context(), b.community, 1, one.ID, bot.Confirmation{Ver: one.Ver})
	refusedWith("audience_small", err)
	two, err := save(bot.BroadcastDraft{Content: text("两位"), Audience: models.BroadcastAudience{Kind: "members",
		Members: []models.MemberID{b.memberOf(t, people[0]), b.memberOf(t, people[1])}}})
	must(t, err)
	_, err = b.bot.ConfirmBroadcast(t.Context(), b.community, 1, two.ID, bot.Confirmation{Ver: two.Ver})
	must(t, err)
	b.settle(t, 10*time.Second)
	must(t, b.sim.FinishMass(t.Context(), b.masses(t)[1].ID, 0))
	if len(people[0].Inbox(official)) != 1 || len(people[2].Inbox(official)) != 1 {
		t.Error("a list of two reached somebody else")
	}
	gone, err := save(bot.BroadcastDraft{Content: text("x"), Audience: toEveryone()})
	must(t, err)
	_, err = b.bot.ConfirmBroadcast(t.Context(), b.community, 1, gone.ID, bot.Confirmation{Ver: gone.Ver, At: models.MillisOf(clock.Now().Add(time.Hour))})
	must(t, err)
	for range 2 {
		_, err = b.bot.CancelBroadcast(t.Context(), b.community, 1, gone.ID)
		must(t, err)
	}
	b.settle(t, 2*time.Hour)
	if len(b.masses(t)) != 2 {
		t.Error("a cancelled broadcast was sent")
	}
}
