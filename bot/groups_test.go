package bot_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const getGroup = "/cgi-bin/externalcontact/groupchat/get"

// holdFirst answers the first call of an API only when it is released, with what was true when it was made.
func holdFirst(t *testing.T, h http.Handler, path string) (url string, made <-chan struct{}, release func()) {
	t.Helper()
	seen, free := make(chan struct{}), make(chan struct{})
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			h.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		if calls.Add(1) == 1 {
			close(seen)
			<-free
		}
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	return server.URL, seen, func() { close(free) }
}

// TestGroupReadTwice is a group that is read by two jobs at once, and the one that read first books last: who joined in
// between has not left.
func TestGroupReadTwice(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		url, made, release := holdFirst(t, b.sim.Handler(), getGroup)
		b.wire(t, url)
		must(t, b.bot.Connect(t.Context()))
		read := func() {
			must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
				return jobs.Enqueue(tx, bot.SyncGroup{Community: b.community, ChatID: b.chat.ChatID()}, tx.Now)
			}))
			_, err := b.runner.Drain(t.Context())
			must(t, err)
		}
		var slow sync.WaitGroup
		slow.Go(read)
		<-made
		clock.Advance(time.Minute)
		p := b.sim.NewPerson("小林")
		must(t, b.chat.Join(t.Context(), p, wechatsim.JoinVia{}))
		read()
		clock.Advance(time.Minute)
		release()
		slow.Wait()
		for range 2 { // and later readings leave it so
			all := b.touches(t, p.UnionID())
			if len(all) != 1 || all[0].Kind != models.TouchGroup {
				t.Errorf("her touches are %+v, want the joining alone", all)
			}
			read()
		}
	})
}
