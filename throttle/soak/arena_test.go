package soak_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"siyu/models"
	"siyu/throttle"
)

// The rules of the arena. They turn within seconds, so that a short run meets every cap many times.
const (
	arenaGroups  = 12
	arenaOffers  = 24
	arenaBrands  = 4
	arenaCap     = 3
	arenaWindow  = 2 * second
	arenaGap     = 60
	arenaBrand   = 2
	arenaSpacing = second
	arenaHold    = 300
)

func arenaRules() models.Rules {
	return models.Rules{GroupCap: arenaCap, GroupWindow: arenaWindow, MinGap: arenaGap, BrandCap: arenaBrand, BrandWindow: arenaWindow,
		OfferSpacing: arenaSpacing, HoldFor: arenaHold, MinHold: 1}
}

func arenaLaws() []law {
	return []law{
		{scope: throttle.ScopeGroup, k: arenaCap, w: arenaWindow},
		{scope: throttle.ScopeGroup, k: 1, w: arenaGap},
		{scope: throttle.ScopeBrand, k: arenaBrand, w: arenaWindow},
		{scope: throttle.ScopeOffer, k: 1, w: arenaSpacing},
	}
}

// field is one community of the arena: the ledger's, or that of those who check first and insert then.
type field struct {
	Community models.CommunityID
	Groups    []models.GroupID
	Offers    []models.OfferID
}

// arena is what a worker is told.
type arena struct {
	DSN           string
	Told          string // the file into which a worker writes what it was given, before anybody can kill the knowledge
	Workers       int
	Ledger, Naive field
}

// newField makes a community with groups, rules and offers that run.
func newField(t *testing.T, s *models.Store) field {
	t.Helper()
	var f field
	err := s.Tx(t.Context(), func(tx *models.Tx) error {
		c := models.Community{Name: "arena", Zone: "Asia/Shanghai"}
		if err := tx.InsertCommunity(&c); err != nil {
			return err
		}
		f.Community = c.ID
		sc := tx.In(c.ID)
		if _, err := sc.AddPolicy(0, arenaRules(), 0); err != nil {
			return err
		}
		for i := range arenaGroups {
			g := models.Group{Name: strconv.Itoa(i), Kind: models.OrdinaryGroup, Zone: "Asia/Shanghai"}
			if err := sc.InsertGroup(&g); err != nil {
				return err
			}
			f.Groups = append(f.Groups, g.ID)
		}
		for i := range arenaOffers {
			o := arenaOffer(i, tx.Now)
			if err := sc.InsertOffer(&o); err != nil {
				return err
			}
			f.Offers = append(f.Offers, o.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func arenaOffer(i int, now models.Millis) models.Offer {
	return models.Offer{BrandID: models.BrandID(1 + i%arenaBrands), State: models.OfferApproved, Title: "广告 x", Body: "广告 x", Currency: "CNY",
		Stock: 1, PerMember: 1, StartsAt: now.Add(-time.Hour), EndsAt: now.Add(30 * 24 * time.Hour)}
}

// rowsOf reads all placements of a field by group, and of each how often it took a slot.
func rowsOf(t *testing.T, s *models.Store, f field) map[models.GroupID][]models.Placement {
	t.Helper()
	all, err := s.Read(context.Background()).In(f.Community).PlacementsIn()
	if err != nil {
		t.Fatal(err)
	}
	by := map[models.GroupID][]models.Placement{}
	for _, p := range all {
		by[p.GroupID] = append(by[p.GroupID], p)
	}
	return by
}

// overCap is how many groups may have, or have had, more posts than a law allows, and the most posts within the window of
// the group's cap. What is still pending may be posted at any time until its end.
func overCap(rows map[models.GroupID][]models.Placement) (groups, worst, slots int) {
	for _, all := range rows {
		books, over := make([]span, 0, len(all)), false
		for _, p := range all {
			what := thing{brand: int64(p.BrandID), offer: int64(p.OfferID)}
			switch p.State {
			case models.PlacementReserved, models.PlacementTasked:
				books = append(books, span{what, int64(p.S), int64(p.E)})
			case models.PlacementConfirmed:
				books = append(books, span{what, int64(p.SentAt), int64(p.SentAt)})
			}
		}
		slots += len(books)
		for i, b := range books {
			near := make([]span, 0, 16)
			for j, c := range books {
				if i != j && c.s <= b.e+arenaWindow && c.e >= b.s-arenaWindow {
					near = append(near, c)
				}
			}
			for n, one := range arenaLaws() {
				depth := one.crowd(b.thing, b.s, b.e, near) + 1
				over = over || depth > one.k
				if n == 0 {
					worst = max(worst, depth)
				}
			}
		}
		if over {
			groups++
		}
	}
	return groups, worst, slots
}

// told is what all workers together were given.
type told struct {
	got  map[models.PlacementID]int           // how often a slot was given out
	sent map[models.PlacementID]models.Millis // what was booked as posted, and when
}

// readTold reads the workers' file; its last line may be cut off by a kill.
func readTold(path string) (told, error) {
	all := told{map[models.PlacementID]int{}, map[models.PlacementID]models.Millis{}}
	f, err := os.Open(path)
	if err != nil {
		return all, fmt.Errorf("read what the workers were told: %w", err)
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var id, at int64
		word, rest, _ := strings.Cut(lines.Text(), " ")
		if _, err := fmt.Sscan(rest, &id, &at); err != nil {
			return all, fmt.Errorf("a worker wrote %q: %w", lines.Text(), err)
		}
		switch word {
		case "got":
			all.got[models.PlacementID(id)]++
		case "sent":
			all.sent[models.PlacementID(id)] = models.Millis(at)
		default:
			return all, errors.New("a worker failed: " + lines.Text())
		}
	}
	return all, lines.Err()
}

// settle compares rows and words: what somebody was given is taken, once, and what was booked is there.
func settle(t *testing.T, rows map[models.GroupID][]models.Placement, words told) (silent int) {
	t.Helper()
	known := map[models.PlacementID]models.Placement{}
	for _, all := range rows {
		for _, p := range all {
			known[p.ID] = p
			taken := p.State != models.PlacementPlanned && p.State != models.PlacementHeld && p.State != models.PlacementLapsed
			if taken && words.got[p.ID] == 0 {
				silent++ // its worker was killed between the commit and its word
			}
		}
	}
	for id, n := range words.got {
		p := known[id]
		if n != 1 {
			t.Errorf("slot %s was given out %d times", id, n)
		}
		if p.S == 0 || p.State == models.PlacementPlanned || p.State == models.PlacementHeld {
			t.Errorf("a worker was given slot %s, and its row is %+v", id, p)
		}
	}
	for id, at := range words.sent {
		if p := known[id]; p.SentAt != at || p.State != models.PlacementConfirmed && p.State != models.PlacementLate {
			t.Errorf("a post of slot %s was booked at %d, and its row is %+v", id, at, p)
		}
	}
	return silent
}
