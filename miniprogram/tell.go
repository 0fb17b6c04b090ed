package miniprogram

import (
	"context"
	"strconv"
	"time"

	"siyu/models"
	"siyu/offers"
)

// tellByNotice books the subscription message of a telling: it is sent once. What the template cannot say leaves the telling
// to the console, with the reason.
func (s *Service) tellByNotice(ctx context.Context, a offers.TellByNotice) error {
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		t, err := sc.Telling(a.Telling)
		if err != nil || t.State != models.TellingGoing || t.Way != models.TellNotice || t.NoticeID != 0 {
			return err
		}
		n, err := s.ownersNotice(sc, t)
		switch {
		case models.IsKind(err, models.Invalid) || models.IsKind(err, models.NotFound):
			t.Way, t.State, t.Why = models.TellConsole, models.TellingUntold, t.Why+" "+string(models.TellNotice)+":"+models.CodeOf(err)
		case err != nil:
			return err
		}
		t.NoticeID = n.ID
		_, err = sc.MoveTelling(models.TellNotice, t)
		return err
	})
	if err == nil {
		s.jobs.Wake()
	}
	return err
}

func (s *Service) ownersNotice(sc *models.Scope, t models.Telling) (models.Notice, error) {
	o, err := sc.Operator(t.AccountID)
	if err != nil {
		return models.Notice{}, err
	}
	tpl, err := sc.TemplateFor(o.AppID, models.PurposeOwnerTask)
	if err != nil {
		return models.Notice{}, err
	}
	w, err := wordsOf(sc, t)
	if err != nil {
		return models.Notice{}, err
	}
	data, fits := fillTasks(FieldsOf(tpl), w)
	if !fits {
		return models.Notice{}, models.Errorf(models.Invalid, "template_unfit", "the template has a field that a task has nothing for")
	}
	member, err := sc.Canonical(o.MemberID)
	if err != nil {
		return models.Notice{}, err
	}
	return s.Notify(sc, Notice{Member: member, Template: tpl.TemplateID, Key: "telling:" + t.ID.String(), Page: w.page, Data: data,
		Until: w.until, Urgent: true}) // its quiet hours were kept: the group's
}

// taskWords is what a notice about tasks has to say.
type taskWords struct {
	group, title string
	tasks        int
	until        models.Millis
	zone         *time.Location
	page         string
}

// wordsOf reads what a telling is about: the most urgent of its tasks, and how many there are.
func wordsOf(sc *models.Scope, t models.Telling) (taskWords, error) {
	var w taskWords
	ids, err := sc.TasksTold(t.ID)
	if err != nil {
		return w, err
	}
	for _, id := range ids {
		task, err := sc.Task(id)
		if err != nil {
			return w, err
		}
		if w.tasks++; w.until != 0 && task.DueAt >= w.until {
			continue
		}
		g, err := sc.Group(task.GroupID)
		if err != nil {
			return w, err
		}
		w.group, w.until, w.zone = g.Name, task.DueAt, zoneOf(g.Zone)
		if task.PlacementID == 0 {
			w.title, w.page = "内容发布", ""
			continue
		}
		p, err := sc.Placement(task.PlacementID)
		if err != nil {
			return w, err
		}
		o, err := sc.Offer(p.OfferID)
		if err != nil {
			return w, err
		}
		w.title, w.page = o.PostTitle(), models.CardPath(p.Code)
	}
	return w, nil
}

func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// fillTasks fits what is to be said into a template's fields by their types; it reports false if a field takes none of it. Pure.
func fillTasks(fields []Field, w taskWords) (map[string]string, bool) {
	data, things := map[string]string{}, []string{w.group, w.title, "打开后转发到群，再登记"}
	for _, f := range fields {
		var value string
		switch f.Type {
		case "thing":
			value = things[0]
			if len(things) > 1 {
				things = things[1:]
			}
		case "time", "date":
			value = w.until.Time().In(w.zone).Format("2006年01月02日 15:04")
		case "number", "character_string":
			value = strconv.Itoa(w.tasks)
		case "phrase":
			value = "待发布"
		case "enum", "enum_string", "const":
			if len(f.Enum) > 0 {
				value = f.Enum[0]
			}
		}
		sent, wrong := f.Check(value, true)
		if wrong != "" {
			return nil, false
		}
		data[f.Name] = sent
	}
	return data, len(data) > 0
}

// SetTemplatePurpose says what Siyu uses a template for by itself; empty: nothing. One that cannot say what it is to say is
// Invalid template_unfit.
func (s *Service) SetTemplatePurpose(ctx context.Context, community models.CommunityID, id models.TemplateID, purpose string, by models.AccountID) error {
	return s.switchTemplate(ctx, community, id, by, "template.purpose", func(sc *models.Scope) error {
		t, err := sc.Template(id)
		if err != nil {
			return err
		}
		fits := true
		switch purpose {
		case models.PurposeOwnerTask:
			_, fits = fillTasks(FieldsOf(t), taskWords{group: "群", title: "内容", tasks: 1, until: sc.Now, zone: time.UTC})
		case models.PurposePromise:
			_, fits = fillPromise(FieldsOf(t), "优惠", "品牌", sc.Now, time.UTC)
		case models.PurposeExpiring, models.PurposeNewOffer, models.PurposeWinBack:
			_, fits = fill(FieldsOf(t), words{title: "优惠", brand: "商家", hint: "提醒", phrase: "提醒", at: sc.Now, zone: time.UTC})
		}
		if !fits {
			return models.Errorf(models.Invalid, "template_unfit", "the template has a field that there is nothing for")
		}
		return sc.SetTemplatePurpose(t, purpose)
	})
}
