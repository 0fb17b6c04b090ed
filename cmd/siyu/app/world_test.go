package app_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/cmd/siyu/app"
	"siyu/cmd/siyu/story"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const (
	password = "open sesame 2026"
	miniApp  = wechatsim.DefaultMiniProgramAppID
)

// world is a whole Siyu over real HTTP, between a simulated WeChat and everybody who calls its API.
type world struct {
	t      *testing.T
	store  *models.Store
	clock  *models.ManualClock
	sim    *wechatsim.Sim
	app    *app.App
	front  *httptest.Server
	log    *journal
	seeded story.Seeded
	mei    *wechatsim.Person // a member of the ordinary group
	lan    *wechatsim.Person // another one
	guests map[string]guest
	kept   map[string]string // what the scenario took from answers
	secret []string          // what no log and no error may ever show
	told   *told
	client *http.Client
	api    *httptest.Server // WeChat's
	pushes *recorder
}

// guest is what somebody shows at the door.
type guest struct{ cookie, bearer string }

func newWorld(t *testing.T, s *models.Store, clock *models.ManualClock, also ...func(*wechatsim.Options)) *world {
	t.Helper()
	w := &world{t: t, store: s, clock: clock, log: &journal{}, guests: map[string]guest{"nobody": {}},
		kept: map[string]string{}, told: loadContract(t), client: &http.Client{Timeout: 30 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	w.pushes = &recorder{}
	w.front = httptest.NewServer(w.pushes)
	accounts := wechatsim.DefaultAccounts(w.front.URL)
	var err error
	options := wechatsim.Options{Seed: 1, Now: clock.Now}
	for _, change := range also {
		change(&options)
	}
	w.sim, err = wechatsim.NewDefault(options, w.front.URL)
	must(t, err)
	w.api = httptest.NewServer(w.sim.Handler())
	w.seeded, err = story.Seed(t.Context(), s, story.Plan{Sim: w.sim, Accounts: accounts, Password: password})
	must(t, err)
	w.app, err = app.New(t.Context(), app.Options{Store: s, Logger: slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		PublicURL: w.front.URL, WeChatAPI: w.api.URL, WeComAPI: w.api.URL, LoopbackOnly: true, FoldAfter: -1, RankWait: time.Minute})
	must(t, err)
	w.pushes.next = w.app.Handler
	must(t, w.seeded.MakeEntries(t.Context(), w.app.Bot.MakeEntry))
	t.Cleanup(func() {
		w.client.CloseIdleConnections()
		w.front.Close()
		w.app.Close()
		w.api.Close()
		w.sim.Close()
	})
	w.mei, w.lan = w.sim.NewPerson("小梅"), w.sim.NewPerson("阿兰")
	for _, p := range []*wechatsim.Person{w.mei, w.lan} {
		must(t, w.seeded.Groups[2].Sim.Join(t.Context(), p, wechatsim.JoinVia{}))
		w.secret = append(w.secret, p.OpenID(miniApp), p.OpenID(wechatsim.DefaultOfficialAppID), p.UnionID(),
			p.ExternalUserID(wechatsim.DefaultCorpID))
	}
	w.secret = append(w.secret, password, wechatsim.DefaultOfficialToken, wechatsim.DefaultOfficialAESKey,
		wechatsim.DefaultOfficialSecret, wechatsim.DefaultMiniProgramSecret, wechatsim.DefaultCorpSecret)
	return w
}

// recorder keeps the last push on its way to the server.
type recorder struct {
	next http.Handler
	mu   sync.Mutex
	last recorded
}

// recorded is a push as WeChat sent it.
type recorded struct {
	path  string
	query url.Values
	body  string
}

// ServeHTTP passes everything on.
func (r *recorder) ServeHTTP(rw http.ResponseWriter, req *http.Request) {
	if strings.HasPrefix(req.URL.Path, "/wechat/") && req.Method == http.MethodPost && req.ContentLength < 1<<20 {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(rw, "the push broke off", http.StatusBadRequest)
			return
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		r.mu.Lock()
		r.last = recorded{req.URL.Path, req.URL.Query(), string(body)}
		r.mu.Unlock()
	}
	r.next.ServeHTTP(rw, req)
}

// genuine is the last push that WeChat sent.
func (r *recorder) genuine() recorded {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last
}

// eachWorld runs fn in a world of its own on every engine; afterwards the log must be free of what people sent.
func eachWorld(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		w := newWorld(t, s, clock)
		fn(t, w)
		w.logIsClean(t)
	})
}

func (w *world) now() models.Millis { return models.MillisOf(w.clock.Now()) }

// settle lets time pass and everything that is due run.
func (w *world) settle(t *testing.T, d time.Duration) {
	t.Helper()
	must(t, w.app.Settle(t.Context(), w.clock, w.clock.Now().Add(d)))
}

// elsewhere is another community on the same server, with an organiser, an offer, a group and a task of its own.
func (w *world) elsewhere(t *testing.T) {
	t.Helper()
	hash, err := models.HashPassword(password, 4)
	must(t, err)
	testkit.Community(t, w.store, func(sc *models.Scope) error {
		brand := models.Brand{Name: "别处的店", Weight: 1}
		if err := sc.InsertBrand(&brand); err != nil {
			return err
		}
		for _, a := range []models.Account{
			{Role: models.Organiser, Login: "stranger", Name: "别处群主", PasswordHash: hash},
			{Role: models.Staff, Login: "strange-staff", Name: "别处店员", BrandID: brand.ID, PasswordHash: hash},
		} {
			if err := sc.InsertAccount(&a); err != nil {
				return err
			}
		}
		offer := models.Offer{BrandID: brand.ID, State: models.OfferApproved, Title: "别处的优惠", Currency: "CAD", Stock: 5, PerMember: 1,
			StartsAt: sc.Now, EndsAt: sc.Now.Add(day), RedeemBy: sc.Now.Add(day)}
		group := models.Group{Name: "别处的群", Kind: models.OrdinaryGroup, Zone: "Asia/Shanghai", Capacity: 10}
		if err := sc.InsertOffer(&offer); err != nil {
			return err
		}
		if err := sc.InsertGroup(&group); err != nil {
			return err
		}
		p := models.Placement{Idem: "x", Code: "ELSEWHERE1", GroupID: group.ID, OfferID: offer.ID, BrandID: brand.ID}
		if _, err := sc.AddPlacement(&p); err != nil {
			return err
		}
		task := models.Task{PlacementID: p.ID, GroupID: group.ID, Kind: models.OrdinaryGroup, State: models.TaskOpen}
		if _, err := sc.AddTask(&task); err != nil {
			return err
		}
		w.kept["other_offer"], w.kept["other_group"], w.kept["other_task"] = offer.ID.String(), group.ID.String(), task.ID.String()
		return nil
	})
}

const day = 24 * time.Hour

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// journal keeps what was logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps one record.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// String is all of it.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// logIsClean: the log holds nothing that a person sent or that opens anything, and no handler has panicked.
func (w *world) logIsClean(t *testing.T) {
	t.Helper()
	log := w.log.String()
	if log == "" {
		t.Error("nothing was logged")
	}
	for _, g := range w.guests {
		w.secret = append(w.secret, g.bearer, strings.TrimPrefix(g.cookie, "siyu_session="))
	}
	for _, word := range append(slices.Clone(w.secret), "panicked", "goroutine ") {
		if i := strings.Index(log, word); word != "" && i >= 0 {
			t.Errorf("the log shows %q: %.300s", word, log[max(0, i-200):])
		}
	}
}
