package story

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/bcrypt"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// Plan is what a seeded community is made from. Sim must hold the Accounts already.
type Plan struct {
	Sim      *wechatsim.Sim
	Accounts wechatsim.Accounts
	// Password opens every account.
	Password string
	// Cost is the price of its hash; bcrypt's least if zero, which only a demo should use.
	Cost int
	// MakeEntry makes one tracked entry with its QR. code is what the story calls it: WeChat decides by what a push says
	// whether to send it twice, so codes must be equal in two runs whose numbers are to be equal. Nil: the entries are
	// made later, by [Seeded.MakeEntries].
	MakeEntry EntryMaker
}

// EntryMaker makes a video's tracked entry to a group, with the QR of the Official Account.
type EntryMaker func(ctx context.Context, community models.CommunityID, video models.VideoID, group models.GroupID, code string) (models.Entry, error)

// Login is an account somebody of the story signs in with.
type Login struct {
	Account  models.AccountID
	Login    string
	Password string
}

// Brand is a seeded brand with its people.
type Brand struct {
	ID    models.BrandID
	Name  string
	User  Login
	Staff Login
}

// Group is a seeded group on both sides.
type Group struct {
	ID    models.GroupID
	Name  string
	Kind  models.GroupKind
	Owner string // WeCom userid
	Sim   *wechatsim.Group
}

// Video is a seeded video; Entries are indexes into Seeded.Entries.
type Video struct {
	ID        models.VideoID
	Title     string
	Published time.Time
	Entries   []int
}

// Entry is a seeded tracked code; Group is an index into Seeded.Groups.
type Entry struct {
	Code       string
	Ticket     string
	JoinConfig string // WeCom's id of the join way that its page shows; empty if it shows none
	Video      int
	Group      int
}

// Seeded is the community that the story happens in.
type Seeded struct {
	Community models.CommunityID
	Start     time.Time
	Accounts  wechatsim.Accounts
	Organiser Login
	// Host is the organiser's own WeChat: she owns the ordinary group.
	Host    *wechatsim.Person
	Brands  []Brand
	Groups  []Group
	Videos  []Video
	Entries []Entry
}

// Seed writes the community down, in one transaction, and then makes its entries if the plan says how. The story starts at
// the store's present time.
func Seed(ctx context.Context, store *models.Store, plan Plan) (Seeded, error) {
	if plan.Sim == nil || plan.Password == "" {
		return Seeded{}, errors.New("seed: the plan needs a simulator and a password")
	}
	hash, err := models.HashPassword(plan.Password, max(plan.Cost, bcrypt.MinCost))
	if err != nil {
		return Seeded{}, fmt.Errorf("seed: %w", err)
	}
	host := plan.Sim.NewPerson("群主阿岚")
	sims, err := simGroups(ctx, plan, host)
	if err != nil {
		return Seeded{}, fmt.Errorf("seed: %w", err)
	}
	var s Seeded
	err = store.Tx(ctx, func(tx *models.Tx) error {
		w := writer{plan: plan, hash: hash, sims: sims}
		w.out = Seeded{Start: tx.Now.Time(), Accounts: plan.Accounts, Host: host}
		err := w.write(tx)
		s = w.out
		return err
	})
	if err != nil {
		return s, fmt.Errorf("seed: %w", err)
	}
	if plan.MakeEntry == nil {
		return s, nil
	}
	return s, s.MakeEntries(ctx, plan.MakeEntry)
}

// MakeEntries makes the tracked entry of each video and group.
func (s *Seeded) MakeEntries(ctx context.Context, mint EntryMaker) error {
	s.Entries = nil
	for i, v := range videoCasts() {
		s.Videos[i].Entries = nil
		for j, g := range v.groups {
			e, err := mint(ctx, s.Community, s.Videos[i].ID, s.Groups[g].ID, v.codes[j])
			if err != nil {
				return fmt.Errorf("seed: entry %s: %w", v.codes[j], err)
			}
			s.Videos[i].Entries = append(s.Videos[i].Entries, len(s.Entries))
			s.Entries = append(s.Entries, Entry{Code: e.Code, Ticket: e.Ticket, JoinConfig: e.JoinConfig, Video: i, Group: g})
		}
	}
	return nil
}

func simGroups(ctx context.Context, plan Plan, host *wechatsim.Person) ([]*wechatsim.Group, error) {
	var all []*wechatsim.Group
	for _, c := range groupCasts() {
		if c.kind == models.OrdinaryGroup {
			all = append(all, plan.Sim.NewOrdinaryGroup(c.name, host))
			continue
		}
		g, err := plan.Sim.NewWeComGroup(ctx, plan.Accounts.WeCom.CorpID,
			wechatsim.GroupSpec{Name: c.name, OwnerUserID: c.owner, Capacity: c.capacity, Silent: true})
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}
