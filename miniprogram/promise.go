package miniprogram

import (
	"context"
	"strings"
	"time"

	"siyu/models"
	"siyu/offers"
)

// tellPromise tells a member of a voucher that is kept for her, once, if the organiser named a template for it and she allowed a
// message of it. If not, the Mini Program shows it when she opens it: nobody is told by any other way.
func (s *Service) tellPromise(ctx context.Context, a offers.TellPromise) error {
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		person, err := sc.Cluster(a.Member)
		if err != nil {
			return err
		}
		live, err := sc.LiveWaiters(a.Offer, person)
		if err != nil || len(live) == 0 || live[0].ID != a.Waiter || live[0].State != models.WaiterPromised || sc.Now >= live[0].Until {
			return err
		}
		_, err = s.promiseNotice(sc, person[0], a)
		if models.IsKind(err, models.NotFound) || models.IsKind(err, models.Invalid) { // no account, no template, or she never came
			s.log.InfoContext(ctx, "nobody is told of a promise", "waiter", a.Waiter.String(), "code", models.CodeOf(err))
			return nil
		}
		return err
	})
	if err == nil {
		s.jobs.Wake()
	}
	return err
}

func (s *Service) promiseNotice(sc *models.Scope, person models.MemberID, a offers.TellPromise) (models.Notice, error) {
	channel, err := miniProgramOf(sc)
	if err != nil {
		return models.Notice{}, err
	}
	tpl, err := sc.TemplateFor(channel.AppID, models.PurposePromise)
	if err != nil {
		return models.Notice{}, err
	}
	o, err := sc.Offer(a.Offer)
	if err != nil {
		return models.Notice{}, err
	}
	brand, err := sc.Brand(o.BrandID)
	if err != nil {
		return models.Notice{}, err
	}
	c, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return models.Notice{}, err
	}
	data, fits := fillPromise(FieldsOf(tpl), o.Title, brand.Name, a.Until, zoneOf(c.Zone))
	if !fits {
		return models.Notice{}, models.Errorf(models.Invalid, "template_unfit", "the template has a field that a promise has nothing for")
	}
	return s.Notify(sc, Notice{Member: person, Template: tpl.TemplateID, Key: "promise:" + a.Waiter.String(),
		Page: models.CardPage + "?offer=" + o.ID.String(), Data: data, Until: a.Until})
}

// fillPromise fits what is to be said of a promise into a template's fields by their types; it reports false if a field takes none
// of it. Pure.
func fillPromise(fields []Field, title, brand string, until models.Millis, zone *time.Location) (map[string]string, bool) {
	data, things := map[string]string{}, []string{title, brand, "候补到了，请在截止前领取"}
	for _, f := range fields {
		var value string
		switch f.Type {
		case "thing":
			value = things[0]
			if len(things) > 1 {
				things = things[1:]
			}
		case "time", "date":
			value = until.Time().In(zone).Format("2006年01月02日 15:04")
		case "number", "character_string":
			value = "1"
		case "phrase":
			value = "可领取"
		case "enum", "enum_string", "const":
			value = strings.Join(f.Enum[:min(1, len(f.Enum))], "")
		}
		sent, wrong := f.Check(value, true)
		if wrong != "" {
			return nil, false
		}
		data[f.Name] = sent
	}
	return data, len(data) > 0
}
