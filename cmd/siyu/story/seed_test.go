package story_test

import (
	"context"
	"errors"
	"testing"

	"siyu/cmd/siyu/story"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

const password = "open sesame"

func plan(t *testing.T, clock models.Clock) story.Plan {
	t.Helper()
	sim, err := wechatsim.NewDefault(wechatsim.Options{Seed: 1, Now: clock.Now}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	return story.Plan{Sim: sim, Accounts: wechatsim.DefaultAccounts(""), Password: password}
}

func TestSeed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		clock.Set(story.Start())
		p := plan(t, clock)
		var codes []string
		p.MakeEntry = func(_ context.Context, _ models.CommunityID, v models.VideoID, g models.GroupID, code string) (models.Entry, error) {
			codes = append(codes, code)
			return models.Entry{Code: code, VideoID: v, GroupID: g, Ticket: "ticket " + code}, nil
		}
		got, err := story.Seed(t.Context(), s, p)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Start.Equal(story.Start()) || len(got.Videos) != 4 || len(got.Entries) != len(codes) || len(codes) != 8 {
			t.Errorf("starts %s with %d videos and %d entries", got.Start, len(got.Videos), len(got.Entries))
		}
		for _, e := range got.Entries {
			if e.Ticket != "ticket "+e.Code {
				t.Errorf("entry %s has the ticket %q", e.Code, e.Ticket)
			}
		}
		checkRows(t, s, got)
	})
}

func checkRows(t *testing.T, s *models.Store, seeded story.Seeded) {
	t.Helper()
	rows, err := story.ReadRows(t.Context(), s, seeded.Community)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := story.Recount(rows); err != nil || v.Total() != 0 {
		t.Errorf("a new community: %+v, %v", v, err)
	}
	ordinary := 0
	for i, g := range rows.Groups {
		sets := 1
		if g.Kind == models.OrdinaryGroup {
			ordinary++
			sets = 2 // the community's rules and its own
		} else if g.ChatID == nil || *g.ChatID != seeded.Groups[i].Sim.ChatID() {
			t.Errorf("group %s is not the simulator's", g.Name)
		}
		if len(rows.Rules[g.ID]) != sets {
			t.Errorf("group %s is under %d sets of rules", g.Name, len(rows.Rules[g.ID]))
		}
	}
	if len(rows.Groups) != 3 || ordinary != 1 || len(seeded.Brands) != 2 {
		t.Errorf("%d groups, %d ordinary, %d brands", len(rows.Groups), ordinary, len(seeded.Brands))
	}
	logins := []story.Login{seeded.Organiser}
	for _, b := range seeded.Brands {
		logins = append(logins, b.User, b.Staff)
	}
	for _, l := range logins {
		a, err := s.Read(t.Context()).AccountByLogin(l.Login)
		if err != nil || a.ID != l.Account || !a.CheckPassword(l.Password) {
			t.Errorf("%s cannot sign in: %v", l.Login, err)
		}
	}
	channels, err := s.Read(t.Context()).AllChannels()
	if err != nil || len(channels) != 3 {
		t.Errorf("%d channels, %v", len(channels), err)
	}
}

func TestSeedRefuses(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	if _, err := story.Seed(t.Context(), s, story.Plan{Password: password}); err == nil {
		t.Error("seeded without a simulator")
	}
	p := plan(t, clock)
	broken := errors.New("no QR today")
	p.MakeEntry = func(context.Context, models.CommunityID, models.VideoID, models.GroupID, string) (models.Entry, error) {
		return models.Entry{}, broken
	}
	if _, err := story.Seed(t.Context(), s, p); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, err := story.Seed(t.Context(), s, plan(t, clock)); models.CodeOf(err) != "login_taken" && models.CodeOf(err) != "channel_taken" {
		t.Errorf("a second community of the same people: %v", err)
	}
}
