package wechatsim_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"siyu/internal/wechatsim"
)

// TestOneSeedOneWorld lives the same day twice.
func TestOneSeedOneWorld(t *testing.T) {
	t.Parallel()
	day := func(seed int64) string {
		c := newCallback(t)
		w := newWorld(t, wechatsim.Options{Seed: seed, DuplicateRate: 0.3}, c.URL)
		g := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1"})
		token := w.token(t, corpID)
		for i := range 10 {
			p := w.NewPerson(fmt.Sprint("p", i))
			_, err := p.ScanOfficialQR(t.Context(), oaID, fmt.Sprint("V", i%3))
			must(t, err)
			must(t, g.Join(t.Context(), p, wechatsim.JoinVia{Scene: 3}))
			exchange(t, w, p.Login(mpID))
		}
		w.post(t, ext+"add_msg_template", token, card("owner1", upload(t, w, token), "p", g.ChatID()))
		must(t, w.Confirm(corpID, w.OpenTasks(corpID, "")[0].MsgID, "owner1"))
		state := w.State()
		for i := range state.Accounts {
			state.Accounts[i].CallbackURL = "" // its port differs
		}
		raw, err := json.Marshal([]any{state, g.Posts(), token})
		must(t, err)
		for _, d := range c.deliveries() {
			raw = append(raw, d.inner...)
		}
		return string(raw)
	}
	first := day(3)
	if day(3) != first {
		t.Error("one seed, two worlds")
	}
	if day(4) == first {
		t.Error("two seeds, one world")
	}
}

// TestManyPeopleAtOnce is for the race detector and for lost updates.
func TestManyPeopleAtOnce(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{DuplicateRate: 0.2}, c.URL)
	g := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1", Capacity: 21})
	token := w.token(t, corpID)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			p := w.NewPerson(fmt.Sprint(i))
			if _, err := p.ScanOfficialQR(t.Context(), oaID, "V1"); err != nil {
				t.Error(err)
			}
			_ = g.Join(t.Context(), p, wechatsim.JoinVia{Scene: 3}) // half of them find it full
			wantSession := exchange(t, w, p.Login(mpID)).text("openid")
			if wantSession != p.OpenID(mpID) {
				t.Error("session of somebody else")
			}
			w.post(t, ext+"groupchat/get", token, map[string]any{"chat_id": g.ChatID()})
			w.State()
		})
	}
	all.Wait()
	if got := len(g.Members()); got != 20 {
		t.Errorf("%d members beside the owner, want 20", got)
	}
	stats := w.Stats()
	if stats.Accepted != 61 || stats.Failed != 0 || stats.Sent != stats.Accepted+stats.Duplicate {
		t.Errorf("stats %+v", stats)
	}
}
