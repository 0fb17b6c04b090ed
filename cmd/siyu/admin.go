package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"siyu/config"
	"siyu/models"
)

// adminCmd creates what must be there before anybody can sign in.
type adminCmd struct {
	Init    adminInitCmd    `cmd:"" help:"Create a community and its organiser."`
	Account adminAccountCmd `cmd:"" help:"Create another account: an organiser, a brand's user or its staff."`
	Group   adminGroupCmd   `cmd:"" help:"Register an ordinary WeChat group. WeCom groups are found by themselves."`
	Groups  adminGroupsCmd  `cmd:"" help:"Read all WeCom groups now, or list all groups."`
	Video   adminVideoCmd   `cmd:"" help:"Make a video's tracked QR code, which invites to a group."`
	Revive  adminReviveCmd  `cmd:"" help:"Work again on the pushes and jobs that failed for good."`
	Audit   adminAuditCmd   `cmd:"" help:"Verify the chains of records, and make the throttle's decisions again."`
	Clock   adminClockCmd   `cmd:"" help:"Show what the instances say of their clocks, or trust them."`
}

type adminInitCmd struct {
	configFlag
	Community string `required:"" help:"Name of the community."`
	Zone      string `required:"" help:"Its time zone, such as America/Vancouver."`
	Login     string `required:"" help:"The organiser's sign-in name."`
}

// Run creates a community and its organiser, with careful caps, and prints the password once.
func (a *adminInitCmd) Run(ctx context.Context, c console) error {
	if err := checkZone(a.Zone); err != nil {
		return err
	}
	password, hash, err := newPassword()
	if err != nil {
		return err
	}
	return a.withStore(ctx, c, func(s *models.Store) error {
		if _, err := s.Migrate(ctx); err != nil {
			return err
		}
		err := s.Tx(ctx, func(tx *models.Tx) error {
			community := models.Community{Name: a.Community, Zone: a.Zone}
			if err := tx.InsertCommunity(&community); err != nil {
				return err
			}
			sc := tx.In(community.ID)
			organiser := models.Account{Role: models.Organiser, Login: a.Login, Name: a.Login, PasswordHash: hash}
			if err := sc.InsertAccount(&organiser); err != nil {
				return err
			}
			_, err := sc.AddPolicy(0, carefulRules(), organiser.ID)
			return err
		})
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(c.out, "sign in   %s / %s   (shown only now)\n", a.Login, password)
		return nil
	})
}

func checkZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return fmt.Errorf("%q is no time zone: take an IANA name such as America/Vancouver", zone)
	}
	return nil
}

// carefulRules are the caps a new community starts with: two sponsored posts a group and week, two days apart, one of
// each brand, none at night.
func carefulRules() models.Rules {
	const day = int64(24 * time.Hour / time.Millisecond)
	return models.Rules{GroupCap: 2, GroupWindow: 7 * day, MinGap: 2 * day, BrandCap: 1, BrandWindow: 7 * day,
		QuietStart: 21*60 + 30, QuietEnd: 8*60 + 30, HoldFor: day / 2, MinHold: day / 48}
}

type adminAccountCmd struct {
	configFlag
	Role  string `required:"" enum:"organiser,brand,staff" help:"organiser, brand or staff."`
	Login string `required:"" help:"Sign-in name."`
	Name  string `help:"Name that is shown; the sign-in name if left out."`
	Brand string `help:"Name of the brand a brand's user or staff belongs to; created if it is new."`
}

// Run creates an account of the first community and prints the password once.
func (a *adminAccountCmd) Run(ctx context.Context, c console) error {
	if a.Role != string(models.Organiser) && a.Brand == "" {
		return fmt.Errorf("a %s account needs --brand", a.Role)
	}
	password, hash, err := newPassword()
	if err != nil {
		return err
	}
	err = a.withCommunity(ctx, c, func(sc *models.Scope, _ models.Community) error {
		brand, err := brandNamed(sc, a.Brand)
		if err != nil {
			return err
		}
		name := a.Name
		if name == "" {
			name = a.Login
		}
		return sc.InsertAccount(&models.Account{Role: models.Role(a.Role), Login: a.Login, Name: name, BrandID: brand,
			PasswordHash: hash})
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "sign in   %s / %s   (shown only now)\n", a.Login, password)
	return err
}

// brandNamed finds or creates a brand; no name is no brand.
func brandNamed(sc *models.Scope, name string) (models.BrandID, error) {
	if name == "" {
		return 0, nil
	}
	all, err := sc.Brands()
	if err != nil {
		return 0, err
	}
	for _, b := range all {
		if b.Name == name {
			return b.ID, nil
		}
	}
	b := models.Brand{Name: name, Weight: 1}
	err = sc.InsertBrand(&b)
	return b.ID, err
}

func newPassword() (password string, hash []byte, err error) {
	password = rand.Text()[:16]
	hash, err = models.HashPassword(password, 0)
	return password, hash, err
}

// sampleCmd prints a commented configuration file.
type sampleCmd struct{}

// Run prints it.
func (sampleCmd) Run(c console) error {
	_, err := fmt.Fprint(c.out, config.Sample())
	return err
}
