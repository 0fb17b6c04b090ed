package wechatsim_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// order is the Content of the texts that arrived.
func (c *callback) order() string {
	var out []string
	for _, d := range c.deliveries() {
		out = append(out, tag(d.inner, "Content"))
	}
	return strings.Join(out, "")
}

// talk is a follower who says each letter in turn, under faults.
func talk(t *testing.T, opts wechatsim.Options, letters string, faults ...wechatsim.PushFault) (*world, *callback) {
	t.Helper()
	c := newCallback(t)
	w := newWorld(t, opts, "")
	mei := w.NewPerson("Mei")
	_, err := mei.Follow(t.Context(), oaID) // no callback yet: nobody hears of it
	must(t, err)
	must(t, w.SetCallback(oaID, c.URL+"/wechat/official/"+oaID))
	for _, f := range faults {
		w.FailPush(f)
	}
	for _, l := range letters {
		_, err := mei.SendText(t.Context(), oaID, string(l))
		must(t, err)
	}
	return w, c
}

func TestPushFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault wechatsim.PushFault
		want  string
		stats wechatsim.Stats
	}{
		"lost":               {wechatsim.PushFault{Drop: true}, "bcd", wechatsim.Stats{Sent: 3, Accepted: 3, Dropped: 1}},
		"every other lost":   {wechatsim.PushFault{Drop: true, Every: 2}, "ac", wechatsim.Stats{Sent: 2, Accepted: 2, Dropped: 2}},
		"overtaken by two":   {wechatsim.PushFault{Behind: 2}, "bcad", wechatsim.Stats{Sent: 4, Accepted: 4}},
		"two held back":      {wechatsim.PushFault{Behind: 1, Times: 2}, "cabd", wechatsim.Stats{Sent: 4, Accepted: 4}},
		"comes thrice":       {wechatsim.PushFault{Copies: 2}, "aaabcd", wechatsim.Stats{Sent: 6, Accepted: 4, Duplicate: 2}},
		"storm":              {wechatsim.PushFault{Copies: 9, AtOnce: true}, "aaaaaaaaaabcd", wechatsim.Stats{Sent: 13, Accepted: 4, Duplicate: 9}},
		"two answers lost":   {wechatsim.PushFault{Lose: 2}, "aaabcd", wechatsim.Stats{Sent: 6, Accepted: 4}},
		"another event":      {wechatsim.PushFault{Drop: true, Event: "subscribe"}, "abcd", wechatsim.Stats{Sent: 4, Accepted: 4}},
		"another account":    {wechatsim.PushFault{Drop: true, Account: mpID}, "abcd", wechatsim.Stats{Sent: 4, Accepted: 4}},
		"texts of this one":  {wechatsim.PushFault{Drop: true, Account: oaID, Event: "text", Times: -1}, "", wechatsim.Stats{Dropped: 4}},
		"behind nobody ever": {wechatsim.PushFault{Behind: 9}, "bcd", wechatsim.Stats{Sent: 3, Accepted: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := talk(t, wechatsim.Options{}, "abcd", tc.fault)
			if got := c.order(); got != tc.want {
				t.Errorf("arrived %q, want %q", got, tc.want)
			}
			if got := w.Stats(); got != tc.stats {
				t.Errorf("stats %+v, want %+v", got, tc.stats)
			}
		})
	}
}

// TestHeldPushesComeInTheEnd: those that nobody overtakes, and those that wait for a time.
func TestHeldPushesComeInTheEnd(t *testing.T) {
	t.Parallel()
	w, c := talk(t, wechatsim.Options{}, "ab", wechatsim.PushFault{Behind: 9})
	if n, err := w.DeliverHeld(t.Context()); n != 1 || err != nil || c.order() != "ba" {
		t.Errorf("%d, %v, %q", n, err, c.order())
	}
	w, c = talk(t, wechatsim.Options{}, "ab", wechatsim.PushFault{Later: time.Hour})
	if n, err := w.DeliverLate(t.Context()); n != 0 || err != nil || c.order() != "b" {
		t.Errorf("too early: %d, %v, %q", n, err, c.order())
	}
	w.clock.Add(time.Hour)
	if n, err := w.DeliverLate(t.Context()); n != 1 || err != nil || c.order() != "ba" {
		t.Errorf("%d, %v, %q", n, err, c.order())
	}
	last := c.deliveries()[1]
	if tag(last.inner, "CreateTime") != "1772445600" || last.query.Get("timestamp") != "1772449200" {
		t.Errorf("made at %s, told at %s", tag(last.inner, "CreateTime"), last.query.Get("timestamp"))
	}
	states := []string{}
	for _, p := range w.Pushes(0) {
		states = append(states, p.What+" "+p.State)
	}
	if want := []string{"subscribe no callback", "text accepted", "text accepted"}; !slices.Equal(states, want) {
		t.Errorf("log %v", states)
	}
}

// TestThePlatformWaitsNoLonger: a server that would answer in time is given up, and asked again.
func TestThePlatformWaitsNoLonger(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{PushRetries: 1}, c.URL)
	c.reply = func(_ int, _ delivery, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	w.FailPush(wechatsim.PushFault{GiveUp: 20 * time.Millisecond})
	if _, err := w.NewPerson("Mei").Follow(t.Context(), oaID); !errors.Is(err, wechatsim.ErrUndelivered) {
		t.Error(err)
	}
	log := w.Pushes(0)
	if len(log) != 1 || log[0].State != "failed" || log[0].Attempts != 2 || log[0].Person != "p1" || log[0].Error == "" {
		t.Errorf("log %+v", log)
	}
}

// TestMarkFail: a server that fails three pushes hears nothing for a minute, and what happened then is lost.
func TestMarkFail(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{PushRetries: 1, MarkFail: wechatsim.DefaultMarkFail()}, c.URL)
	down := true
	c.reply = func(_ int, _ delivery, rw http.ResponseWriter, _ *http.Request) {
		if down {
			rw.WriteHeader(http.StatusInternalServerError)
		}
	}
	follow := func() error {
		_, err := w.NewPerson("x").Follow(t.Context(), oaID)
		return err
	}
	for range 2 {
		if !errors.Is(follow(), wechatsim.ErrUndelivered) {
			t.Fatal("accepted by a server that is down")
		}
	}
	down = false
	must(t, follow()) // it came back in time: the count begins anew
	down = true
	for range 3 {
		_ = follow()
	}
	down = false
	before := len(c.deliveries())
	must(t, follow())
	w.clock.Add(time.Minute - time.Second)
	must(t, follow())
	if got := w.Stats(); len(c.deliveries()) != before || got.Paused != 2 || got.Failed != 5 {
		t.Errorf("during the pause: %d pushes, %+v", len(c.deliveries())-before, got)
	}
	w.clock.Add(time.Second)
	must(t, follow())
	if len(c.deliveries()) != before+1 {
		t.Error("the pause is over after a minute, and what was lost is not told later")
	}
}

// TestConversation is what the phone shows: both sides, in order.
func TestConversation(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	c.reply = func(_ int, d delivery, rw http.ResponseWriter, _ *http.Request) {
		if tag(d.inner, "MsgType") == "text" {
			_, _ = io.WriteString(rw, seal(t, d, textReply(d, "hello yourself")))
		}
	}
	mei := w.NewPerson("Mei")
	does(t, w, mei, oaID, "follow")
	wantCode(t, w.say(t, mei, oaID), 0)
	does(t, w, mei, oaID, "text")
	wantCode(t, w.say(t, mei, oaID), 0)
	does(t, w, mei, oaID, "click")
	var got []string
	for _, l := range mei.Conversation(oaID) {
		who := "app"
		if l.Mine {
			who = "mei"
		}
		got = append(got, who+" "+l.Via+" "+l.Kind+" "+l.Text)
	}
	want := []string{"mei push subscribe ", "app api text hi", "mei push text hello", "app reply text hello yourself", "app api text hi", "mei push CLICK k"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for range 500 {
		does(t, w, mei, oaID, "click")
	}
	if n := len(mei.Conversation(oaID)); n > 450 || n < 200 {
		t.Errorf("%d lines are kept", n)
	}
}
