package miniprogram

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// entryLife is how old a group entry may be. The client sends it right after launch; older ones are replays.
const entryLife = 10 * time.Minute

// GroupEntryInput is what wx.getGroupEnterInfo gave the client.
type GroupEntryInput struct {
	EncryptedData string
	IV            string
	Placement     string // the code in the card's path, if any; an unknown one is ignored
}

// LogValue keeps the data out of logs.
func (in GroupEntryInput) LogValue() slog.Value { return slog.StringValue("group entry") }

// EnterGroup books that the member of a session came from a group, and returns the group. She is in it: WeChat says
// so. The group is found by its opengid, or registered (see bind), or shown to be the one the card was made for (see sight);
// being seen for the first time in a group that tells
// nothing of its joins is the touch of joining it. Saying it again changes nothing.
//
// Data that does not open under the session's key is Invalid group_entry_invalid: WeChat may have changed the key since,
// so the client logs in and tries once more. A card opened outside any group is Invalid group_entry_alone.
func (s *Service) EnterGroup(ctx context.Context, session models.Session, in GroupEntryInput) (models.Group, error) {
	entry, err := s.openEntry(ctx, session, in)
	if err != nil {
		return models.Group{}, err
	}
	found, err := s.lookUp(ctx, session.CommunityID, entry)
	if err != nil {
		return models.Group{}, err
	}
	var g models.Group
	for range 3 { // another member may bind the same group at this moment
		err = s.store.Tx(ctx, func(tx *models.Tx) error {
			sc := tx.In(session.CommunityID)
			bound, err := bind(sc, found)
			g = bound
			if err != nil {
				return err
			}
			member, err := arrive(sc, session, g, entry)
			if err != nil {
				return err
			}
			g, err = s.sight(sc, member, g, in.Placement)
			return err
		})
		if !models.IsDuplicate(err) {
			break
		}
	}
	if err != nil {
		return models.Group{}, fmt.Errorf("enter a group: %w", err)
	}
	s.jobs.Wake()
	if !g.Known() {
		s.log.InfoContext(ctx, "members come from a group that nobody has named", "group", g.ID.String())
	}
	return g, nil
}

// openEntry decrypts what the client sent.
func (s *Service) openEntry(ctx context.Context, session models.Session, in GroupEntryInput) (weixin.GroupEntry, error) {
	tx := s.store.Read(ctx)
	key, err := tx.OpenSessionKey(session)
	if err != nil {
		return weixin.GroupEntry{}, fmt.Errorf("enter a group: %w", err)
	}
	plain, err := weixin.DecryptData(string(key), in.EncryptedData, in.IV, session.AppID, tx.Now.Time(), entryLife)
	if err != nil {
		return weixin.GroupEntry{}, &models.Error{Kind: models.Invalid, Code: "group_entry_invalid",
			Text: "this group entry is not of this session, or too old", Err: err}
	}
	entry, err := weixin.ParseGroupEntry(plain)
	if err != nil {
		return weixin.GroupEntry{}, &models.Error{Kind: models.Invalid, Code: "group_entry_invalid",
			Text: "this group entry cannot be read", Err: err}
	}
	if entry.OpenGID == "" {
		return weixin.GroupEntry{}, models.Errorf(models.Invalid, "group_entry_alone", "the card was not opened in a group")
	}
	return entry, nil
}

// arrive books that the member of a session is in a group, and returns who she is.
func arrive(sc *models.Scope, session models.Session, g models.Group, entry weixin.GroupEntry) (models.MemberID, error) {
	person, err := sc.LockPerson(session.MemberID) // two entries at once are one arrival
	if err != nil {
		return 0, err
	}
	member, err := nameInGroup(sc, session, person[0], entry)
	if err != nil {
		return 0, err
	}
	return member, join(sc, member, g, entry)
}

// join books that a person is in a group, if that is not known.
func join(sc *models.Scope, member models.MemberID, g models.Group, entry weixin.GroupEntry) error {
	present, err := sc.PresentMembers(g.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(present, func(m models.GroupMember) bool { return m.MemberID == member }) {
		return nil
	}
	at, err := seenSince(sc, member)
	if err != nil {
		return err
	}
	if g.Kind == models.OrdinaryGroup {
		key := entry.GroupOpenID
		if key == "" {
			key = "member:" + member.String()
		}
		stay := models.GroupMember{GroupID: g.ID, UserKey: key, MemberID: member, JoinedAt: at}
		if _, err := sc.AddGroupMember(&stay); err != nil {
			return err
		}
	}
	// Nobody told us that she joined a WeCom group: the push is late or lost. Should it come, its touch stands beside
	// this one, and a person counts once.
	_, err = sc.AddTouch(&models.Touch{Kind: models.TouchGroup, At: at, MemberID: member, GroupID: g.ID,
		UID: "enter:" + g.ID.String() + ":" + member.String()})
	return err
}

// seenSince is since when a member who is in a group now must have been: since the visit that shows it. Else the visit
// would come before the joining, and a first visit would never count as one from the group.
func seenSince(sc *models.Scope, member models.MemberID) (models.Millis, error) {
	touches, err := sc.TouchesOf(member)
	if err != nil {
		return 0, err
	}
	for _, t := range slices.Backward(touches) {
		if t.Kind == models.TouchMini && t.At <= sc.Now && t.At > sc.Now.Add(-entryLife) {
			return t.At, nil
		}
	}
	return sc.Now, nil
}

// nameInGroup notes the name a member has within this group, beside the openid of the session. Should that name be
// known as somebody else's, the two are one person; it returns who she is now.
func nameInGroup(sc *models.Scope, session models.Session, member models.MemberID, entry weixin.GroupEntry) (models.MemberID, error) {
	if entry.GroupOpenID == "" {
		return member, nil
	}
	names, err := sc.IdentitiesOf(member)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(names, func(n models.Identity) bool {
		return n.Kind == models.OpenID && n.Scope == session.AppID
	})
	if i < 0 {
		return member, nil
	}
	return sc.Identify(models.Name{Kind: models.OpenID, Scope: session.AppID, Value: names[i].Value},
		models.Name{Kind: models.GroupOpenID, Scope: entry.OpenGID, Value: entry.GroupOpenID})
}
