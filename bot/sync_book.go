package bot

import (
	"context"
	"errors"
	"slices"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
)

// errReadAgain says that another reading of the group was booked while WeCom was asked: what was read may be older than
// what is booked.
var errReadAgain = errors.New("the group was booked by another reading meanwhile")

// manyLeaves is how many leaves in two days make it worth looking whether they are a wave.
const manyLeaves = 4

// wecomCapacity is how many people a customer group holds at which its join code rolls over.
const wecomCapacity = 200

// bookReading books what WeCom said of a group, in one transaction and a few statements however many people joined. was is
// what was known of the group before WeCom was asked: if anything was booked since, nobody can tell which of the two is
// newer, and the group is read again ([errReadAgain]).
func (b *Bot) bookReading(ctx context.Context, c models.Channel, in models.SyncID, was models.Chat, d chatDetail) (models.Tally, error) {
	var tally models.Tally
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		tally = models.Tally{}
		sc := tx.In(c.CommunityID)
		g, err := knownGroup(sc, d)
		if err != nil {
			return err
		}
		if g, err = sc.LockGroup(g.ID); err != nil { // one reading of a group is booked at a time
			return err
		}
		chat, err := sc.Chat(c.ID, d.ChatID)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return err
		}
		if chat.Ver != was.Ver {
			return errReadAgain
		}
		if g, err = b.bookFacts(sc, g, d); err != nil {
			return err
		}
		diff, err := b.bookMembers(sc, c.AppID, g, d.Members)
		if err != nil {
			return err
		}
		tally.Joined, tally.Departed = len(diff.joined), len(diff.left)+len(diff.comeback)
		if !diff.none() || d.facts() != chat.Facts {
			tally.Changed, chat.ChangedAt = 1, sc.Now
			if err := sc.SeenStaff(c.AppID, d.staff()); err != nil {
				return err
			}
		}
		if in == 0 {
			in = chat.ReadIn // a reading outside a sync does not count in it
		}
		fresh := chat.GroupID == 0
		chat.ChannelID, chat.ChatID, chat.GroupID, chat.Ver = c.ID, d.ChatID, g.ID, chat.Ver+1
		chat.MemberVersion, chat.Facts, chat.Notice, chat.Admins = clip(d.Version, 64), d.facts(), clip(d.Notice, noticeChars), clip(d.admins(), noticeChars)
		chat.FormedAt, chat.ReadIn, chat.ReadAt, chat.GoneAt = models.Millis(d.CreateTime)*1000, in, sc.Now, 0
		if err := sc.PutChat(&chat); err != nil || !fresh {
			return err
		}
		return b.groupFound(sc, g)
	})
	return tally, err
}

// knownGroup finds the group, or registers one that WeCom knows and we do not.
func knownGroup(sc *models.Scope, d chatDetail) (models.Group, error) {
	g, err := sc.GroupByChatID(d.ChatID)
	if !models.IsKind(err, models.NotFound) {
		return g, err
	}
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return g, err
	}
	g = models.Group{Name: clip(d.Name, 120), Kind: models.WeComGroup, ChatID: &d.ChatID, OwnerUserID: d.Owner,
		Zone: community.Zone, Capacity: wecomCapacity}
	return g, sc.InsertGroup(&g)
}

// bookFacts books what WeCom says of the group itself.
func (b *Bot) bookFacts(sc *models.Scope, g models.Group, d chatDetail) (models.Group, error) {
	if g.GoneAt != 0 {
		if err := b.groupBack(sc, g.ID); err != nil {
			return g, err
		}
	}
	if _, err := b.ownerChanged(sc, g, clip(d.Owner, 64)); err != nil {
		return g, err
	}
	g.Name, g.OwnerUserID, g.Headcount = clip(d.Name, 120), clip(d.Owner, 64), len(d.Members)
	g.MemberVersion, g.GoneAt = clip(d.Version, 64), 0
	return g, sc.SetGroupFacts(g)
}

// bookMembers compares who is in the group with who we think is, and books every stay that began or ended.
func (b *Bot) bookMembers(sc *models.Scope, corpID string, g models.Group, list []chatMember) (difference, error) {
	present, err := sc.PresentMembers(g.ID)
	if err != nil {
		return difference{}, err
	}
	d := compare(present, list)
	for _, c := range d.comeback {
		if err := sc.CloseStays([]models.ID[models.GroupMember]{c.was.ID}, c.at, false); err != nil {
			return d, err
		}
	}
	if err := bookJoins(sc, corpID, g, d.joined); err != nil {
		return d, err
	}
	if err := bookLeaves(sc, g, d.left); err != nil || len(d.left) == 0 {
		return d, err
	}
	return d, watchLeaves(sc, g.ID)
}

// bookJoins stores stays that began, whose they are, and the touches they make.
func bookJoins(sc *models.Scope, corpID string, g models.Group, joined []chatMember) error {
	if len(joined) == 0 {
		return nil
	}
	stays, err := staysOf(sc, corpID, joined)
	if err != nil {
		return err
	}
	fresh, err := sc.AddStays(g.ID, stays)
	if err != nil {
		return err
	}
	var codes []string
	for _, s := range fresh {
		if s.State != "" && !slices.Contains(codes, s.State) {
			codes = append(codes, s.State)
		}
	}
	entries, err := sc.EntriesByCodes(codes)
	if err != nil {
		return err
	}
	var touches []models.Touch
	for _, s := range fresh {
		if s.Staff {
			continue
		}
		t := models.Touch{Kind: models.TouchGroup, At: min(s.JoinedAt, sc.Now), MemberID: s.MemberID, GroupID: g.ID,
			UID: "join:" + s.ID.String()}
		if e, ok := entries[s.State]; ok {
			t.EntryID, t.VideoID = e.ID, e.VideoID
		}
		touches = append(touches, t)
	}
	return sc.AddTouches(touches)
}

// staysOf finds out who the people are whose stays begin: the corp's own are noted as such, the others become known.
func staysOf(sc *models.Scope, corpID string, joined []chatMember) ([]models.GroupMember, error) {
	stays := make([]models.GroupMember, len(joined))
	var sightings [][]models.Name
	var outside []int // which of the stays are of people who are not the corp's own
	staff := map[string]string{}
	for i, m := range joined {
		stays[i] = models.GroupMember{UserKey: m.UserID, Staff: m.staff(), JoinScene: m.Scene, State: clip(m.State, 64),
			Inviter: clip(m.Invitor.UserID, 64), JoinedAt: m.joined()}
		if m.staff() {
			staff[m.UserID] = "" // her name is not asked for
			continue
		}
		outside = append(outside, i)
		sightings = append(sightings, []models.Name{{Kind: models.ExternalUserID, Scope: corpID, Value: m.UserID},
			{Kind: models.UnionID, Value: m.UnionID}})
	}
	if err := sc.SeenStaff(corpID, staff); err != nil {
		return nil, err
	}
	people, err := sc.IdentifyMany(sightings)
	if err != nil {
		return nil, err
	}
	for i, at := range outside {
		stays[at].MemberID = people[i]
	}
	return stays, nil
}

// bookLeaves ends stays. Who was told by name to have been removed was; of the others as many as were told without a name.
func bookLeaves(sc *models.Scope, g models.Group, left []models.GroupMember) error {
	if len(left) == 0 {
		return nil
	}
	var ended, removed []models.ID[models.GroupMember]
	var untold []models.GroupMember
	var touches []models.Touch
	for _, m := range left {
		if m.Staff || m.Removed || m.ToldAt != 0 || m.JoinedAt > g.RemovalsAt {
			ended = append(ended, m.ID)
		} else {
			untold = append(untold, m)
		}
		if !m.Staff && m.MemberID != 0 {
			touches = append(touches, models.Touch{Kind: models.TouchLeave, At: sc.Now, MemberID: m.MemberID, GroupID: g.ID,
				UID: "leave:" + m.ID.String()})
		}
	}
	n, err := sc.TakeRemovals(g.ID, len(untold))
	if err != nil {
		return err
	}
	for i, m := range untold {
		if i < n {
			removed = append(removed, m.ID)
		} else {
			ended = append(ended, m.ID)
		}
	}
	if err := sc.CloseStays(ended, sc.Now, false); err != nil {
		return err
	}
	if err := sc.CloseStays(removed, sc.Now, true); err != nil {
		return err
	}
	return sc.AddTouches(touches)
}

// watchLeaves has a group looked at that several members have left lately.
func watchLeaves(sc *models.Scope, group models.GroupID) error {
	left, err := sc.LeftIn([]models.GroupID{group}, sc.Now.Add(-48*time.Hour))
	if err != nil || len(left[group]) < manyLeaves {
		return err
	}
	_, err = jobs.EnqueueOnce(sc.Tx, offers.Watch{Community: sc.Community, Group: group}, sc.Now, "watch:"+group.String())
	return err
}
