package miniprogram

import (
	"context"
	"errors"
	"fmt"

	"siyu/models"
)

// Why a reminder is held, beside the reasons of its kind.
const (
	heldNoCredit = "no_credit"
	heldRefused  = "refuses_ads"
	heldBrand    = "refuses_brand"
	heldPaused   = "template_paused"
	heldUnfit    = "template_unfit"
	heldLate     = "too_late" // the quiet hours end after it is of use
	heldGone     = "unreachable"
)

// each books what can be booked of some reasons, one transaction each. Those that are settled cost one read for all of them.
func (p *pass) each(ctx context.Context, some []candidate) error {
	if len(some) == 0 {
		return nil
	}
	uids := make([]string, len(some))
	for i, c := range some {
		uids[i] = c.row.UID
	}
	sc := p.s.store.Read(ctx).In(p.community.ID)
	known, err := sc.RemindersNamed(uids)
	if err != nil {
		return err
	}
	var failed error // one reason that cannot be worked out keeps no other one back
	booked := false
	for _, c := range some {
		if was, there := known[c.row.UID]; there {
			same, err := p.asBefore(sc, c, was)
			failed = errors.Join(failed, err)
			if same || err != nil {
				continue
			}
		}
		state, err := p.one(ctx, c)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("remind of %s: %w", c.row.UID, err))
		}
		if ctx.Err() != nil || models.IsKind(err, models.Unavailable) {
			break
		}
		booked = booked || state == models.ReminderBooked
	}
	if booked {
		p.s.jobs.Wake()
	}
	p.failed = errors.Join(p.failed, failed)
	if ctx.Err() != nil {
		return failed
	}
	return nil
}

// asBefore reports whether nothing has changed for a reason that is known: it is settled, or held for the same cause. Most are,
// in every hour, and no transaction is needed to find that out.
func (p *pass) asBefore(sc *models.Scope, c candidate, was models.Reminder) (bool, error) {
	if was.State != models.ReminderHeld {
		return true, nil
	}
	person, err := sc.Cluster(c.row.MemberID)
	if err != nil {
		return false, err
	}
	why, err := p.why(sc, c, person)
	return why != "" && why == was.Reason, err
}

// one books one reason, or writes down why not. The person's lock makes her limits hold over all workers.
func (p *pass) one(ctx context.Context, c candidate) (models.ReminderState, error) {
	var r models.Reminder
	err := p.s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(p.community.ID)
		r = c.row
		person, err := sc.LockPerson(r.MemberID)
		if err != nil {
			return err
		}
		r.MemberID, r.State = person[0], models.ReminderHeld
		why, err := p.why(sc, c, person)
		if err != nil {
			return err
		}
		r.Reason = why
		if fresh, err := sc.AddReminder(&r); err != nil || (!fresh && r.State != models.ReminderHeld) {
			return err
		}
		next := r
		next.Reason = why
		if why == "" {
			n, err := p.notify(sc, c, person)
			switch {
			case models.CodeOf(err) == "notice_field":
				next.Reason = heldUnfit
			case err != nil:
				return err
			default:
				next.State, next.NoticeID = models.ReminderBooked, n.ID
			}
		}
		if next == r {
			return nil
		}
		_, err = sc.MoveReminder(next)
		r = next
		return err
	})
	return r.State, err
}

// why says why nothing is sent now; "" if nothing speaks against it.
func (p *pass) why(sc *models.Scope, c candidate, person []models.MemberID) (string, error) {
	if why, err := c.still(sc, person); err != nil || why != "" {
		return why, err
	}
	refused, err := sc.RefusalsOf(person[0])
	if err != nil {
		return "", err
	}
	for _, r := range refused {
		switch r.BrandID {
		case 0:
			return heldRefused, nil
		case c.brand:
			return heldBrand, nil
		}
	}
	t := p.templates[c.row.Kind]
	if t.State != models.TemplateActive {
		return heldPaused, nil
	}
	openID, err := openIDIn(sc, person[0], p.appID)
	if models.IsKind(err, models.NotFound) {
		return heldGone, nil
	}
	if err != nil {
		return "", err
	}
	left, err := creditsLeft(sc, p.appID, openID, t.TemplateID)
	if err != nil || left <= 0 {
		return heldNoCredit, err
	}
	zone, err := p.zoneOf(sc, person[0], c.group)
	if err != nil {
		return "", err
	}
	at, err := p.s.allowed(sc, sc.Now, zone, Notice{Sponsored: true, Group: c.group}.nights())
	if err == nil && at >= c.until {
		return heldLate, nil
	}
	return "", err
}

// creditsLeft is how many messages of a template may still be sent to somebody, those that wait already counted as sent.
func creditsLeft(sc *models.Scope, appID, openID, template string) (int, error) {
	credit, err := sc.Credit(appID, openID, template)
	if models.IsKind(err, models.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	waiting, err := sc.WaitingNotices(appID, openID, template)
	return credit.Left() - waiting, err
}

// zoneOf is whose night is kept: hers where she checked in last, else the group's she has it from; empty: the community's.
func (p *pass) zoneOf(sc *models.Scope, person models.MemberID, group models.GroupID) (string, error) {
	days, err := sc.CheckInsOf(person)
	if err != nil {
		return "", err
	}
	if n := len(days); n > 0 {
		return days[n-1].Zone, nil
	}
	if group == 0 {
		return "", nil
	}
	g, err := sc.Group(group)
	return g.Zone, err
}

// notify books the notice in her language.
func (p *pass) notify(sc *models.Scope, c candidate, person []models.MemberID) (models.Notice, error) {
	zone, err := p.zoneOf(sc, person[0], c.group)
	if err != nil {
		return models.Notice{}, err
	}
	openID, err := openIDIn(sc, person[0], p.appID)
	if err != nil {
		return models.Notice{}, err
	}
	lang, err := sc.LangOf(models.Name{Kind: models.OpenID, Scope: p.appID, Value: openID})
	if err != nil {
		return models.Notice{}, err
	}
	t, w := p.templates[c.row.Kind], c.words
	w.zone = zoneOf(p.community.Zone)
	if zone != "" {
		w.zone = zoneOf(zone)
	}
	w.hint, w.phrase = hintOf(c.row.Kind, lang)
	data, fits := fill(FieldsOf(t), w)
	if !fits {
		return models.Notice{}, models.Errorf(models.Invalid, "notice_field", "the template has a field that a reminder has nothing for")
	}
	return p.s.Notify(sc, Notice{Member: person[0], Template: t.TemplateID, Key: c.row.UID, Page: c.page, Lang: noticeLang(lang), Data: data,
		Until: c.until, Zone: zone, Sponsored: true, Group: c.group})
}

// Reminders lists the community's reminders for its organiser, newest first, those before a given id if it is not zero; with a
// state only those in it.
func (s *Service) Reminders(ctx context.Context, community models.CommunityID, state models.ReminderState, before models.ReminderID, limit int) ([]ReminderView, error) {
	sc := s.store.Read(ctx).In(community)
	all, err := sc.Reminders(state, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list reminders: %w", err)
	}
	views := make([]ReminderView, len(all))
	for i, r := range all {
		views[i] = ReminderView{Reminder: r}
		if o, err := sc.Offer(r.OfferID); err == nil {
			views[i].Title = o.Title
		}
		if r.NoticeID == 0 {
			continue
		}
		n, err := sc.Notice(r.NoticeID)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return nil, fmt.Errorf("list reminders: %w", err)
		}
		views[i].Notice = n
	}
	return views, nil
}

// ReminderView is a reminder with what became of its message.
type ReminderView struct {
	models.Reminder
	Title  string        // of the offer it is about
	Notice models.Notice // empty if there is none
}
