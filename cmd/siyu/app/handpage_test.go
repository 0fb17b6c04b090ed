package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// handed makes an ordinary group and has a post of a new brand handed over in it.
func (w *world) handed(t *testing.T, name string) (models.Placement, models.Task) {
	t.Helper()
	ledger, err := throttle.NewLedger(throttle.Options{})
	must(t, err)
	var p models.Placement
	must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(w.seeded.Community)
		g := models.Group{Name: name, Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Capacity: 500}
		if err := sc.InsertGroup(&g); err != nil {
			return err
		}
		brand := models.Brand{Name: name + "的店", Weight: 1}
		if err := sc.InsertBrand(&brand); err != nil {
			return err
		}
		o := models.Offer{BrandID: brand.ID, State: models.OfferApproved, Title: "可颂买一送一", Body: "凭券到店", Currency: "CAD",
			Stock: 10, PerMember: 1, StartsAt: tx.Now, EndsAt: tx.Now.Add(20 * day), RedeemBy: tx.Now.Add(30 * day)}
		if err := sc.InsertOffer(&o); err != nil {
			return err
		}
		p = models.Placement{Idem: o.ID.String(), Code: "CARD" + o.ID.String(), GroupID: g.ID, OfferID: o.ID, BrandID: brand.ID}
		if _, err := sc.AddPlacement(&p); err != nil {
			return err
		}
		if p, _, err = ledger.Reserve(sc, p.ID); err != nil {
			return err
		}
		return jobs.Enqueue(tx, offers.Handover{Community: sc.Community, Placement: p.ID}, tx.Now)
	}))
	_, err = w.app.Runner.Drain(t.Context())
	must(t, err)
	task, err := w.store.Read(t.Context()).In(w.seeded.Community).TaskOf(p.ID)
	must(t, err)
	if task.State != models.TaskOpen {
		t.Fatalf("the task is %s", task.State)
	}
	return p, task
}

// token is what opens a task's page as one of the team.
func (w *world) token(t *testing.T, task models.Task, as string) string {
	t.Helper()
	var id models.AccountID
	must(t, id.UnmarshalText([]byte(w.kept[as])))
	url := w.app.Bot.TaskURL(task, id)
	return url[strings.LastIndex(url, "/")+1:]
}

// page opens a task's page, or says something on it, without any sign-in, and holds it to the contract.
func (w *world) page(t *testing.T, token, say string, status int, has ...string) {
	t.Helper()
	method, header := http.MethodGet, map[string]string{"Accept-Language": "en"}
	if say != "" {
		method, header["Content-Type"] = http.MethodPost, "application/x-www-form-urlencoded"
	}
	path, _, _ := strings.Cut(token, "?")
	a := w.send(t, method, "/t/"+token, guest{}, say, header)
	if a.status != status {
		t.Fatalf("%s %q: %d, want %d: %s", method, say, a.status, status, a.body)
	}
	for _, word := range has {
		no, absent := strings.CutPrefix(word, "!")
		if strings.Contains(string(a.body), strings.TrimPrefix(word, "!")) == absent {
			t.Errorf("%s %q: %q is wrong: %s", method, say, no, a.body)
		}
	}
	if err := w.told.check(method, "/t/"+path, a); err != nil {
		t.Errorf("%s %q: %v", method, say, err)
	}
	w.showsNothing(t, say, a)
	if status == http.StatusSeeOther {
		if a.header.Get("Location") != "/t/"+token {
			t.Errorf("it leads to %s", a.header.Get("Location"))
		}
		return
	}
	for name, value := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"} {
		if a.header.Get(name) != value {
			t.Errorf("%s is %q", name, a.header.Get(name))
		}
	}
	if csp := a.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "http") {
		t.Errorf("the page may load %s", csp)
	}
}

func (w *world) sent(t *testing.T, p models.Placement, state models.PlacementState, at models.Millis) {
	t.Helper()
	got, err := w.store.Read(t.Context()).In(w.seeded.Community).Placement(p.ID)
	must(t, err)
	if got.State != state || got.SentAt != at {
		t.Errorf("it is %s at %d, want %s at %d", got.State, got.SentAt, state, at)
	}
}

// TestHandPage: a task's page says at every moment what is to be done, takes what she says once, opens for nobody else, and
// ends; what she says is booked as it happened.
func TestHandPage(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.joins(t, "anna", "keeper")
		w.call(t, call{name: "me", path: sessionPath, as: "organiser", keep: "organiser=account.id"})
		w.keepsOldMedia(t)
		const do, again = "Do not post this", "If it is in the group already"
		t.Run("open, posted, said twice", func(t *testing.T) {
			p, task := w.handed(t, "甲")
			token := w.token(t, task, "organiser")
			w.page(t, token, "", 200, "甲", "Copy the text", "可颂买一送一", "【广告】", "I have posted it", "I cannot post it", "!"+do, `href="https://wxaurl.cn/`, "!script src")
			w.page(t, token+"?lang=zh-Hans", "", 200, "复制", "!Copy the text")
			w.page(t, token, "x=1", 400, "I have posted it")
			w.page(t, token, "do=posted&when=at&at=99:99", 400, "I have posted it")
			early := task.OpenedAt.Time().In(zone(t)).Add(-10 * time.Minute).Format("15:04")
			w.page(t, token, "do=posted&when=at&at="+early, 400, "between the beginning of the task and now")
			w.sent(t, p, models.PlacementTasked, 0)
			w.page(t, token, "do=posted&when=now", 303)
			at := w.now()
			w.clock.Advance(time.Minute)
			w.page(t, token, "do=posted", 303)
			w.sent(t, p, models.PlacementConfirmed, at)
			w.page(t, token, "", 200, "It is posted", "Entered by", "!I have posted it", "!I cannot post it")
			w.page(t, token, "do=cannot&why=no_time", 409, "It is booked as posted already")
			w.sent(t, p, models.PlacementConfirmed, at)
		})
		t.Run("given back, and posted all the same", func(t *testing.T) {
			p, task := w.handed(t, "乙")
			token := w.token(t, task, "organiser")
			for range 2 {
				w.page(t, token, "do=cannot&why=made+up", 303)
			}
			w.page(t, token, "", 200, "You gave it back", "do not post it any more", "!I cannot post it", "!Copy the text")
			w.sent(t, p, models.PlacementReleased, 0)
			w.page(t, token, "do=posted", 303)
			w.sent(t, p, models.PlacementLate, w.now())
		})
		t.Run("by whom", func(t *testing.T) {
			_, task := w.handed(t, "丙")
			mine, hers := w.token(t, task, "organiser"), w.token(t, task, "anna")
			forged := []byte(mine)
			forged[7] ^= 1
			for _, token := range []string{hers, string(forged), mine + "A", "x"} {
				w.page(t, token, "", 404, "This link has ended", "!可颂", "!丙")
				w.page(t, token, "do=posted", 404, "This link has ended", "!可颂")
			}
			w.call(t, call{name: "anna's", method: "PUT", path: groupsPath + "/" + task.GroupID.String() + "/keeper", as: "organiser", body: `{"keeper_id":"${anna}"}`})
			w.page(t, hers, "do=posted", 303)
			w.page(t, mine, "", 200, "It is posted", "Entered by anna")
		})
		t.Run("not yet, and pictures", func(t *testing.T) {
			p, task := w.handed(t, "丁")
			token := w.token(t, task, "organiser")
			to := p
			to.State, to.S, to.E = models.PlacementTasked, w.now().Add(time.Hour), p.E.Add(time.Hour)
			must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
				sc := tx.In(w.seeded.Community)
				p, err := sc.Placement(p.ID)
				if err != nil {
					return err
				}
				_, err = sc.MovePlacement(p, to)
				return err
			}))
			w.page(t, token, "", 200, "Not yet: post it from", to.S.Time().In(zone(t)).Format("15:04"))
			a := w.send(t, "GET", "/t/"+token+"/card.jpg", guest{}, "", nil)
			if a.status != 200 || a.header.Get("Content-Type") != "image/jpeg" || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("the card's code: %d %v", a.status, a.header)
			}
			w.call(t, call{name: "no picture", path: "/t/" + token + "/picture", status: 404})
			w.page(t, token, "do=posted", 303) // early, but it happened: it counts from its time on
			w.sent(t, p, models.PlacementConfirmed, to.S)
		})
		t.Run("two groups that are one, and one that is two", w.mergesAndUnbinds)
		t.Run("taken back, too late, ended", func(t *testing.T) {
			p, task := w.handed(t, "戊")
			_, stopped := w.handed(t, "己")
			token, gone := w.token(t, task, "organiser"), w.token(t, stopped, "organiser")
			w.call(t, call{name: "its group ends", path: groupsPath + "/" + stopped.GroupID.String() + "/retire", as: "organiser", body: `{"name":"己"}`})
			_, err := w.app.Runner.Drain(t.Context())
			must(t, err)
			w.page(t, gone, "", 200, do, "It was taken back", again, "!Copy the text", "!I cannot post it")
			w.clock.Set(p.E.Time())
			w.page(t, token, "", 200, do, "that is over", again, "!Copy the text")
			_, err = w.app.Runner.Drain(t.Context())
			must(t, err)
			w.page(t, token, "", 200, do, again, "!Copy the text")
			posted := p.E.Add(-time.Minute).Time().In(zone(t)).Truncate(time.Minute)
			w.page(t, token, "do=posted&when=at&at="+posted.Format("15:04"), 303)
			w.sent(t, p, models.PlacementLate, models.MillisOf(posted))
			w.clock.Advance(25 * time.Hour)
			w.page(t, token, "", 404, "This link has ended", "!戊")
			w.page(t, gone, "do=posted", 404, "This link has ended")
			_, err = w.app.Runner.Drain(t.Context())
			must(t, err)
			w.hasNoOldMedia(t)
		})
	})
}

func zone(t *testing.T) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("America/Vancouver")
	must(t, err)
	return z
}

// keepsOldMedia stores an upload that WeChat has forgotten for long, and one that it keeps.
func (w *world) keepsOldMedia(t *testing.T) {
	t.Helper()
	must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
		sc := tx.In(w.seeded.Community)
		for hash, ends := range map[string]models.Millis{"old": sc.Now.Add(-15 * day), "young": sc.Now.Add(3 * day)} {
			if err := sc.KeepMedia(models.Media{ChannelID: 1, Hash: hash, MediaID: hash, ExpiresAt: ends}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// hasNoOldMedia: the daily tidying has forgotten what WeChat has.
func (w *world) hasNoOldMedia(t *testing.T) {
	t.Helper()
	sc := w.store.Read(t.Context()).In(w.seeded.Community)
	if _, err := sc.MediaOf(1, "old", 0); !models.IsKind(err, models.NotFound) {
		t.Errorf("the old upload is still there: %v", err)
	}
	if _, err := sc.MediaOf(1, "young", 0); err != nil {
		t.Errorf("the young upload: %v", err)
	}
}

// mergesAndUnbinds: an organiser says that two groups are one, or that a group is not what WeChat calls it.
func (w *world) mergesAndUnbinds(t *testing.T) {
	t.Helper()
	p, task := w.handed(t, "庚")
	w.kept["one"] = task.GroupID.String()
	_, other := w.handed(t, "辛")
	w.kept["two"] = other.GroupID.String()
	must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error {
		_, err := tx.In(w.seeded.Community).SetGroupOpenGID(task.GroupID, "GID-one")
		return err
	}))
	w.kept["wecom1"], w.kept["wecom2"] = w.seeded.Groups[0].ID.String(), w.seeded.Groups[1].ID.String()
	merge := func(name, from, into, as string, status int, has ...string) call {
		return call{name: name, path: groupsPath + "/${" + from + "}/merge", as: as, body: `{"into":"${` + into + `}"}`, status: status, has: has}
	}
	w.run(t, []call{
		merge("nobody", "one", "two", "", 401),
		merge("a brand", "one", "two", "brand", 403),
		merge("a stranger", "one", "two", "stranger", 404, "group_not_found"),
		merge("into a stranger's", "one", "other_group", "organiser", 404, "group_not_found"),
		merge("into itself", "one", "one", "organiser", 404, "group_not_found"),
		merge("two of WeCom's", "wecom1", "wecom2", "organiser", 409, "groups_differ"),
		{name: "into nothing", path: groupsPath + "/${one}/merge", as: "organiser", body: `{}`, status: 400},
		merge("one is two", "one", "two", "organiser", 200, `"id":"${two}"`, "辛"),
		merge("said twice", "one", "two", "organiser", 200, `"id":"${two}"`),
		merge("the other way", "two", "one", "organiser", 409, "group_merged"),
		{name: "its posts are the other's", path: groupsPath + "/${two}", as: "organiser", has: []string{p.ID.String()}},
		{name: "it is gone", path: groupsPath + "?limit=200", as: "organiser", not: []string{`"id":"${one}"`}},
		{name: "unbind by a stranger", method: "POST", path: groupsPath + "/${two}/unbind", as: "stranger", status: 404, has: []string{"group_not_found"}},
		{name: "unbind", method: "POST", path: groupsPath + "/${two}/unbind", as: "organiser", keep: "three=id"},
		{name: "unbind twice", method: "POST", path: groupsPath + "/${two}/unbind", as: "organiser", status: 409, has: []string{"group_unbound"}},
		{name: "one that is WeCom's", method: "POST", path: groupsPath + "/${wecom1}/unbind", as: "organiser", status: 409, has: []string{"group_unbound"}},
		{name: "what it is called by WeChat is another", path: groupsPath + "/${three}", as: "organiser", has: []string{`"paused":true`}, not: []string{`"id":"${two}"`}},
	})
	g, err := w.store.Read(t.Context()).In(w.seeded.Community).GroupByOpenGID("GID-one")
	must(t, err)
	if g.ID.String() != w.kept["three"] {
		t.Errorf("the opengid is with %+v", g)
	}
}
