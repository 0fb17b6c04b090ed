package miniprogram

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
)

// Remind is the periodic job that looks for reasons to write to members. Every reason is a row of its own, named by what it is
// about, which is written together with the notice: so it leads to one notice at most, however many workers look, and
// wherever one of them dies. Why none was sent, the row says.
type Remind struct{}

// Kind names the job.
func (Remind) Kind() string { return "reminders.remind" }

const (
	remindEvery = time.Hour
	remindPage  = 200
	remindLead  = 2 * time.Hour      // before its end a voucher is of no use to who is not near
	freshOffer  = 7 * 24 * time.Hour // an offer is new for so long
	staleOnce   = 90 * 24 * time.Hour
)

func (s *Service) remind(ctx context.Context, _ Remind) error {
	all, err := s.store.Read(ctx).Communities()
	if err != nil {
		return err
	}
	for _, c := range all {
		if err := s.remindIn(ctx, c); err != nil {
			if ctx.Err() != nil {
				return err
			}
			// one community keeps no other one waiting
			s.log.WarnContext(ctx, "reminders are put off", "community", c.ID.String(), "code", models.CodeOf(err))
		}
	}
	return jobs.SnoozeFor(models.MillisOf(s.store.Clock().Now()), remindEvery, "looked")
}

// pass is one look at a community.
type pass struct {
	s         *Service
	community models.Community
	appID     string
	rules     models.RemindRules
	templates map[models.ReminderKind]models.Template
	offers    []models.Offer // that are open now, the newest first
	brands    map[models.BrandID]string
	failed    error // of single reasons
}

// remindIn looks at one community by day: what is found at night is looked at in the morning, as it is then.
func (s *Service) remindIn(ctx context.Context, c models.Community) error {
	sc := s.store.Read(ctx).In(c.ID)
	p := pass{s: s, community: c, templates: map[models.ReminderKind]models.Template{}}
	channel, err := miniProgramOf(sc)
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	p.appID = channel.AppID
	for kind, purpose := range purposes() {
		t, err := sc.TemplateFor(p.appID, purpose)
		if err == nil {
			p.templates[kind] = t
		} else if !models.IsKind(err, models.NotFound) {
			return err
		}
	}
	if len(p.templates) == 0 {
		return nil
	}
	if at, err := s.allowed(sc, sc.Now, c.Zone, []models.GroupID{0}); err != nil || at > sc.Now {
		return err
	}
	if err := p.read(sc); err != nil {
		return err
	}
	err = errors.Join(p.expiring(ctx), p.fresh(ctx), p.silent(ctx))
	return errors.Join(err, p.failed)
}

// purposes are what templates are used for, by the kind of reminder.
func purposes() map[models.ReminderKind]string {
	return map[models.ReminderKind]string{models.RemindExpiring: models.PurposeExpiring, models.RemindOffer: models.PurposeNewOffer,
		models.RemindSilence: models.PurposeWinBack}
}

func (p *pass) read(sc *models.Scope) error {
	_, rewards, err := sc.RewardPlan()
	if err != nil {
		return err
	}
	p.rules = rewards.Remind
	if p.brands, err = brandNames(sc); err != nil {
		return err
	}
	all, err := sc.OffersIn(models.OfferApproved)
	if err != nil {
		return err
	}
	refused, err := refusedTexts(sc, all)
	if err != nil {
		return err
	}
	for _, o := range slices.Backward(all) {
		// what only some may claim is said where they are
		if o.StartsAt <= sc.Now && sc.Now < o.EndsAt && o.Left() > 0 && o.Audience == models.ForAll && !refused[o.ID] {
			p.offers = append(p.offers, o)
		}
	}
	return nil
}

// candidate is one reason to write to one member.
type candidate struct {
	row   models.Reminder
	brand models.BrandID // whose refusal counts; zero: only that of all advertising
	group models.GroupID // whose quiet hours count
	until models.Millis  // of no use after
	page  string
	words words
	// still says why not, as it is under the person's lock; "" if nothing speaks against it.
	still func(sc *models.Scope, person []models.MemberID) (string, error)
}

// expiring looks for vouchers that end soon.
func (p *pass) expiring(ctx context.Context) error {
	if _, used := p.templates[models.RemindExpiring]; !used || p.rules.ExpiringDays == 0 {
		return nil
	}
	sc := p.s.store.Read(ctx).In(p.community.ID)
	all, err := sc.OffersIn()
	if err != nil {
		return err
	}
	to := sc.Now.Add(time.Duration(p.rules.ExpiringDays) * 24 * time.Hour)
	for _, o := range all {
		if o.Claimed == 0 || o.RedeemBy.Add(freshOffer) < sc.Now {
			continue
		}
		var after models.Voucher
		for {
			page, err := p.s.store.Read(ctx).In(p.community.ID).VouchersEnding(o.ID, sc.Now.Add(remindLead), to, after, remindPage)
			if err != nil {
				return err
			}
			some := make([]candidate, len(page))
			for i, v := range page {
				some[i] = p.ofVoucher(o, v)
			}
			if err := p.each(ctx, some); err != nil {
				return err
			}
			if len(page) < remindPage {
				break
			}
			after = page[len(page)-1]
		}
	}
	return nil
}

func (p *pass) ofVoucher(o models.Offer, v models.Voucher) candidate {
	return candidate{row: models.Reminder{UID: "expiring:" + v.ID.String(), Kind: models.RemindExpiring, MemberID: v.MemberID, OfferID: o.ID, VoucherID: v.ID},
		brand: o.BrandID, group: v.GroupID, until: v.ValidTo, page: "pages/voucher?id=" + v.ID.String(),
		words: words{title: o.Title, brand: p.brands[o.BrandID], at: v.ValidTo},
		still: func(sc *models.Scope, _ []models.MemberID) (string, error) {
			now, err := sc.Voucher(v.ID)
			switch {
			case err != nil:
				return "", err
			case now.State != models.VoucherIssued:
				return "used", nil
			case now.ValidTo != v.ValidTo:
				return "longer", nil
			}
			return "", nil
		}}
}

// fresh looks for new offers of brands and categories that somebody has had something of.
func (p *pass) fresh(ctx context.Context) error {
	if _, used := p.templates[models.RemindOffer]; !used || p.rules.OffersPerWeek == 0 {
		return nil
	}
	sc := p.s.store.Read(ctx).In(p.community.ID)
	all, err := sc.OffersIn()
	if err != nil {
		return err
	}
	for _, o := range p.offers {
		if max(o.StartsAt, o.DecidedAt).Add(freshOffer) < sc.Now {
			continue
		}
		var known []models.OfferID
		for _, before := range all {
			if before.ID != o.ID && (before.BrandID == o.BrandID || (o.Category != "" && before.Category == o.Category)) {
				known = append(known, before.ID)
			}
		}
		if err := p.knowing(ctx, o, known); err != nil {
			return err
		}
	}
	return nil
}

// knowing tells of an offer who has had something of others.
func (p *pass) knowing(ctx context.Context, o models.Offer, others []models.OfferID) error {
	var after models.MemberID
	for len(others) > 0 {
		sc := p.s.store.Read(ctx).In(p.community.ID)
		page, err := sc.RedeemersOf(others, after, remindPage)
		if err != nil || len(page) == 0 {
			return err
		}
		people, err := sc.PeopleOf(page)
		if err != nil {
			return err
		}
		var some []candidate
		for _, m := range page {
			after = m
			if len(people[m]) > 0 {
				some = append(some, p.ofOffer(o, people[m][0]))
			}
		}
		if err := p.each(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) ofOffer(o models.Offer, m models.MemberID) candidate {
	return candidate{row: models.Reminder{UID: "offer:" + o.ID.String() + ":" + m.String(), Kind: models.RemindOffer, MemberID: m, OfferID: o.ID},
		brand: o.BrandID, until: o.EndsAt, page: "pages/offer?id=" + o.ID.String(), words: words{title: o.PostTitle(), brand: p.brands[o.BrandID], at: o.EndsAt},
		still: func(sc *models.Scope, person []models.MemberID) (string, error) {
			held, err := sc.VouchersOf(person, o.ID)
			if err != nil || len(held) > 0 {
				return "holds_it", err
			}
			told, err := sc.RemindedOf(person, models.RemindOffer, o.ID)
			if err != nil || told {
				return "told", err
			}
			n, err := sc.CountReminders(person, models.RemindOffer, sc.Now.Add(-7*24*time.Hour))
			if err != nil || n >= p.rules.OffersPerWeek {
				return "weekly_cap", err
			}
			return "", nil
		}}
}

// silent looks for who was not here for long, and has something to come back for.
func (p *pass) silent(ctx context.Context) error {
	if _, used := p.templates[models.RemindSilence]; !used || p.rules.SilentDays == 0 || len(p.offers) == 0 {
		return nil
	}
	var after models.ID[models.Reader]
	for {
		sc := p.s.store.Read(ctx).In(p.community.ID)
		since := sc.Now.Add(-time.Duration(p.rules.SilentDays) * 24 * time.Hour)
		page, err := sc.SilentReaders(p.appID, since.Add(-staleOnce), since, after, remindPage)
		if err != nil || len(page) == 0 {
			return err
		}
		var some []candidate
		for _, r := range page {
			after = r.ID
			m, err := sc.MemberNamed(models.Name{Kind: models.OpenID, Scope: p.appID, Value: r.OpenID})
			if err != nil {
				return err
			}
			if m != 0 {
				some = append(some, p.ofSilence(r, m, since))
			}
		}
		if err := p.each(ctx, some); err != nil {
			return err
		}
	}
}

func (p *pass) ofSilence(r models.Reader, m models.MemberID, since models.Millis) candidate {
	o := p.offers[0]
	return candidate{row: models.Reminder{UID: fmt.Sprintf("silence:%s:%d", r.ID, r.SeenAt), Kind: models.RemindSilence, MemberID: m, OfferID: o.ID},
		brand: o.BrandID, until: o.EndsAt, page: "pages/offer?id=" + o.ID.String(), words: words{title: o.PostTitle(), brand: p.brands[o.BrandID], at: o.EndsAt},
		still: func(sc *models.Scope, person []models.MemberID) (string, error) {
			last, err := sc.LastTouch(person[0])
			if err != nil || last >= since {
				return "not_silent", err
			}
			used, err := sc.VouchersOf(person, 0)
			if err != nil || len(used) == 0 {
				return "never_claimed", err
			}
			return "", nil
		}}
}
