package miniprogram_test

import (
	"sync"
	"testing"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/wechatsim"
	"siyu/models"
	"siyu/offers"
)

// TestTellByNotice: a telling that is left to the Mini Program is one subscription message, however often the job runs; what the
// template cannot say is left to the console with the reason. Only people of the team are asked to allow it.
func TestTellByNotice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		unfit := wechatsim.SubscribeTemplate{ID: "unfit", Title: "x", Content: "Car:{{car_number1.DATA}}\n"}
		p, session := w.equip(t, 3, reminder("tasks"), unfit)
		member := w.login(t, w.sim.NewPerson("成员"))
		ids := map[string]models.TemplateID{}
		all, err := w.Templates(t.Context(), w.community)
		if err != nil {
			t.Fatal(err)
		}
		for _, tpl := range all {
			ids[tpl.TemplateID] = tpl.ID
		}
		wantCode(t, w.SetTemplatePurpose(t.Context(), w.community, ids["unfit"], models.PurposeOwnerTask, 0), models.Invalid, "template_unfit")
		if err := w.SetTemplatePurpose(t.Context(), w.community, ids["tasks"], models.PurposeOwnerTask, 0); err != nil {
			t.Fatal(err)
		}
		if asked, err := w.AskFor(t.Context(), member); err != nil || len(asked) != 1 || asked[0].TemplateID != "unfit" {
			t.Errorf("a member is asked for %+v, %v", asked, err)
		}
		group := models.Group{Name: "海港二群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
		w.do(t, func(sc *models.Scope) error {
			if err := sc.InsertGroup(&group); err != nil {
				return err
			}
			o := models.Offer{State: models.OfferApproved, Title: "可颂买一送一", Currency: "CAD", Stock: 1, PerMember: 1, StartsAt: sc.Now, EndsAt: sc.Now.Add(day)}
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			p := models.Placement{Code: "p1", Idem: "p1", GroupID: group.ID, OfferID: o.ID}
			if _, err := sc.AddPlacement(&p); err != nil {
				return err
			}
			task := models.Task{PlacementID: p.ID, GroupID: group.ID, Kind: group.Kind, State: models.TaskNew, DueAt: sc.Now.Add(time.Hour)}
			if _, err := sc.AddTask(&task); err != nil {
				return err
			}
			_, err := sc.MoveTask(task.ID, models.TaskNew, models.TaskOpen, "")
			return err
		})
		a := models.Account{Role: models.Organiser, Login: "lan" + w.community.String(), Name: "lan", PasswordHash: []byte("x")}
		tell := func() (telling models.Telling) {
			w.do(t, func(sc *models.Scope) error {
				tasks, err := sc.TasksOfGroup(group.ID, models.TaskOpen)
				if err != nil {
					return err
				}
				telling = models.Telling{AccountID: a.ID, Way: models.TellNotice, State: models.TellingGoing}
				told, err := sc.ToldRounds(a.ID, []models.TaskID{tasks[0].ID})
				if err != nil {
					return err
				}
				if err := sc.AddTelling(&telling, map[models.TaskID]int{tasks[0].ID: told[tasks[0].ID]}); err != nil {
					return err
				}
				for range 4 {
					if err := jobs.Enqueue(sc.Tx, offers.TellByNotice{Community: w.community, Telling: telling.ID}, sc.Now); err != nil {
						return err
					}
				}
				return nil
			})
			var wg sync.WaitGroup
			for range 3 {
				wg.Go(func() { w.drain(t) })
			}
			wg.Wait()
			w.clock.Advance(3 * time.Second)
			w.drain(t)
			telling, err := w.read(t).Telling(telling.ID)
			if err != nil {
				t.Fatal(err)
			}
			return telling
		}
		w.do(t, func(sc *models.Scope) error {
			if err := sc.InsertAccount(&a); err != nil {
				return err
			}
			if _, err := sc.OfferOperatorCode(a.ID, "ABC", day); err != nil {
				return err
			}
			_, err := sc.BindOperator("ABC", appID, p.OpenID(appID), session.MemberID)
			return err
		})
		before := len(p.Inbox(appID))
		got := tell()
		if n := w.notice(t, got.NoticeID); n.State != models.NoticeAccepted && n.State != models.NoticeDelivered {
			t.Errorf("the notice is %+v", n)
		}
		if n := len(p.Inbox(appID)) - before; n != 1 {
			t.Errorf("she got %d messages", n)
		}
		w.do(t, func(sc *models.Scope) error {
			tpl, err := sc.Template(ids["unfit"])
			if err != nil {
				return err
			}
			return sc.SetTemplatePurpose(tpl, models.PurposeOwnerTask)
		})
		if got := tell(); got.State != models.TellingUntold || got.Way != models.TellConsole || got.Why != " notice:template_unfit" {
			t.Errorf("got %+v", got)
		}
	})
}
