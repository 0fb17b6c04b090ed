package miniprogram

import (
	"context"
	"fmt"
	"slices"
	"time"

	"siyu/models"
)

// StreakView is a member's streak as her calendar shows it.
type StreakView struct {
	Streak
	Zone        string   // whose calendar it is
	Date        string   // today in it
	Dates       []string // her days of the last weeks, oldest first
	FrozenDates []string // missed days that were forgiven
	MakeUps     []string // missed days that can be made up today, the newest first
	MakeUpsLeft int      // and how many more of them this month
}

// CheckedIn is what a check-in did.
type CheckedIn struct {
	StreakView
	Fresh  bool // false: she had been here today already
	Points int  // what she got for it
}

// shownDays is how many days a calendar shows.
const shownDays = 42

// CheckIn notes that a member is here today, in the zone her phone tells: an IANA name, or empty for the one that is known.
// The same day twice is once.
func (s *Service) CheckIn(ctx context.Context, session models.Session, zone string) (CheckedIn, error) {
	var out CheckedIn
	asked, err := zoneNamed(zone)
	if err != nil {
		return out, err
	}
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		out = CheckedIn{}
		person, err := sc.LockPerson(session.MemberID)
		if err != nil {
			return err
		}
		days, err := s.daysOf(sc, person[0], asked)
		if err != nil {
			return err
		}
		if days.fresh {
			c := models.CheckIn{MemberID: person[0], Day: days.today, Zone: days.zone.String()}
			if out.Fresh, err = sc.AddCheckIn(&c); err != nil {
				return err
			}
			award, err := s.earn(sc, person, models.Award{Action: models.ActVisit, Ref: int64(c.ID)})
			if err != nil {
				return err
			}
			out.Points, days.all = award.Points, append(days.all, c)
		}
		out.StreakView = days.view(sc.Now)
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("check in: %w", err)
	}
	return out, nil
}

// MakeUp notes that a day she missed counts all the same. It gives no points, and is possible for a few days and a few times
// a month. A day she has is no error.
func (s *Service) MakeUp(ctx context.Context, session models.Session, date, zone string) (StreakView, error) {
	var out StreakView
	asked, err := zoneNamed(zone)
	if err != nil {
		return out, err
	}
	day, ok := dayOf(date)
	if !ok {
		return out, models.Errorf(models.Invalid, "bad_field", "a date is YYYY-MM-DD").With("field", "date")
	}
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		person, err := sc.LockPerson(session.MemberID)
		if err != nil {
			return err
		}
		days, err := s.daysOf(sc, person[0], asked)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(days.all, func(c models.CheckIn) bool { return c.Day == day }) {
			can, _ := makeUps(days.all, days.today, monthIn(days.zone), sc.Now, days.rules)
			if !slices.Contains(can, day) {
				return models.Errorf(models.Conflict, "make_up_closed", "this day cannot be made up")
			}
			c := models.CheckIn{MemberID: person[0], Day: day, Zone: days.zone.String(), MadeUp: true}
			if _, err := sc.AddCheckIn(&c); err != nil {
				return err
			}
			days.all = append(days.all, c)
		}
		out = days.view(sc.Now)
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("make a day up: %w", err)
	}
	return out, nil
}

// Streak shows a member's streak in the zone her phone tells.
func (s *Service) Streak(ctx context.Context, session models.Session, zone string) (StreakView, error) {
	asked, err := zoneNamed(zone)
	if err != nil {
		return StreakView{}, err
	}
	sc := s.store.Read(ctx).In(session.CommunityID)
	person, err := sc.Canonical(session.MemberID)
	if err != nil {
		return StreakView{}, fmt.Errorf("show a streak: %w", err)
	}
	days, err := s.daysOf(sc, person, asked)
	if err != nil {
		return StreakView{}, fmt.Errorf("show a streak: %w", err)
	}
	return days.view(sc.Now), nil
}

// herDays are a person's days, and whose calendar today is in.
type herDays struct {
	all   []models.CheckIn
	rules models.StreakRules
	zone  *time.Location
	today int
	fresh bool // today is not among them and may be
}

// daysOf reads a person's days. Without a zone it is that of her last day, else the community's.
func (s *Service) daysOf(sc *models.Scope, person models.MemberID, asked *time.Location) (herDays, error) {
	all, err := sc.CheckInsOf(person)
	if err != nil {
		return herDays{}, err
	}
	_, rewards, err := sc.RewardPlan()
	if err != nil {
		return herDays{}, err
	}
	switch n := len(all); {
	case asked != nil:
	case n > 0:
		asked = zoneOf(all[n-1].Zone)
	default:
		if asked, err = communityZone(sc); err != nil {
			return herDays{}, err
		}
	}
	d := herDays{all: all, rules: rewards.Streak}
	d.zone, d.today, d.fresh = calendar(all, asked, sc.Now, d.rules.ZoneHoldDays)
	return d, nil
}

func (d herDays) view(now models.Millis) StreakView {
	days := make([]int, len(d.all))
	for i, c := range d.all {
		days[i] = c.Day
	}
	v := StreakView{Streak: streakOf(days, d.today, d.rules), Zone: d.zone.String(), Date: dateOf(d.today)}
	slices.Sort(days)
	for _, day := range days {
		if day > d.today-shownDays {
			v.Dates = append(v.Dates, dateOf(day))
		}
	}
	for _, day := range v.Frozen {
		if day > d.today-shownDays {
			v.FrozenDates = append(v.FrozenDates, dateOf(day))
		}
	}
	can, left := makeUps(d.all, d.today, monthIn(d.zone), now, d.rules)
	for _, day := range can {
		v.MakeUps = append(v.MakeUps, dateOf(day))
	}
	v.MakeUpsLeft = left
	return v
}

// zoneNamed reads an IANA zone; nil for none. "Local" is the server's, and nobody's.
func zoneNamed(name string) (*time.Location, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // no zone is an answer
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" || len(name) > 64 {
		return nil, models.Errorf(models.Invalid, "zone_unknown", "no such time zone").With("field", "zone")
	}
	return zone, nil
}
