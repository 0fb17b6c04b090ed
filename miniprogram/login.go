package miniprogram

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"siyu/models"
)

// sessionLife is how long a session of ours opens the door. It need not follow WeChat's session_key: when that one is
// too old to open a group entry, the client logs in again.
const sessionLife = 30 * 24 * time.Hour

// LoginInput is what the Mini Program sends when it is launched.
type LoginInput struct {
	AppID string
	Code  string // of wx.login; single use, good for five minutes
	// Visit is made by the client once per launch and repeated when it retries: 8 to 64 URL-safe characters.
	Visit     string
	Scene     int    // WeChat's scene value
	Entry     string // the code of the link that led here, if any; an unknown one is ignored
	Placement string // the code in the card's path, if any; an unknown one is ignored
}

// LogValue keeps the login code out of logs.
func (in LoginInput) LogValue() slog.Value { return slog.StringValue("login to " + in.AppID) }

// Session is what a login gives.
type Session struct {
	Token     string // shown once, not stored
	ExpiresAt models.Millis
	Community models.CommunityID
	MemberID  models.MemberID
}

// LogValue keeps the token out of logs.
func (s Session) LogValue() slog.Value {
	return slog.StringValue("session of member " + s.MemberID.String())
}

var (
	codeShape  = regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`)
	visitShape = regexp.MustCompile(`^[0-9A-Za-z_-]{8,64}$`)
)

// Login exchanges a login code for a session and writes the touch of this launch. Every call makes a session; however
// often a visit is told, with this code or a fresh one, it is one touch. A code that WeChat does not know or has seen
// before is Invalid mini_code_invalid: the client asks for a fresh one and tries again.
func (s *Service) Login(ctx context.Context, in LoginInput) (Session, error) {
	switch { // the SDK puts the code into a URL as it is, so its shape must be right
	case !codeShape.MatchString(in.Code):
		return Session{}, models.Errorf(models.Invalid, "mini_code_invalid", "this is not a login code")
	case !visitShape.MatchString(in.Visit):
		return Session{}, models.Errorf(models.Invalid, "mini_visit_invalid", "a visit is 8 to 64 of 0-9 A-Z a-z _ -")
	}
	channel, err := s.store.Read(ctx).ChannelByApp(models.MiniProgram, in.AppID)
	if models.IsKind(err, models.NotFound) {
		return Session{}, models.Errorf(models.NotFound, "channel_unknown", "no such Mini Program is connected")
	}
	if err != nil {
		return Session{}, fmt.Errorf("log in: %w", err)
	}
	who, err := s.whoIs(ctx, in.AppID, in.Code)
	if err != nil {
		return Session{}, err
	}
	var made Session
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		made, err = logIn(tx.In(channel.CommunityID), in, who)
		return err
	})
	if err != nil {
		return Session{}, fmt.Errorf("log in: %w", err)
	}
	return made, nil
}

// logIn is all of a login that the store sees.
func logIn(sc *models.Scope, in LoginInput, who identity) (Session, error) {
	member, err := sc.Identify(models.Name{Kind: models.OpenID, Scope: in.AppID, Value: who.openID},
		models.Name{Kind: models.UnionID, Value: who.unionID})
	if err != nil {
		return Session{}, err
	}
	if isVisit(in.Scene) {
		touch, err := visit(sc, in, who, member)
		if err != nil {
			return Session{}, err
		}
		touch.MemberID = member
		if _, err := sc.AddTouch(&touch); err != nil {
			return Session{}, err
		}
	}
	if err := sc.SeeReader(in.AppID, who.openID, seenEvery); err != nil {
		return Session{}, err
	}
	row := models.Session{Kind: models.MiniSession, MemberID: member, AppID: in.AppID}
	token, err := sc.InsertSession(&row, []byte(who.sessionKey), sessionLife)
	if err != nil {
		return Session{}, err
	}
	return Session{Token: token, ExpiresAt: row.ExpiresAt, Community: sc.Community, MemberID: member}, nil
}

// visit is the touch of a launch. Its uid comes from the openid, which stays when people merge, but does not show it.
func visit(sc *models.Scope, in LoginInput, who identity, member models.MemberID) (models.Touch, error) {
	told := in.AppID + "\x00" + who.openID + "\x00" + in.Visit
	touch := models.Touch{Kind: models.TouchMini, At: sc.Now,
		UID: "visit:" + hex.EncodeToString(sc.Keys().MAC("touch.visit", []byte(told))[:20])}
	entry, err := entryOf(sc, in.Entry)
	if err != nil {
		return touch, err
	}
	placement, err := placementOf(sc, in.Placement, member)
	if err != nil {
		return touch, err
	}
	touch.EntryID, touch.VideoID = entry.ID, entry.VideoID
	touch.PlacementID, touch.OfferID, touch.BrandID = placement.ID, placement.OfferID, placement.BrandID
	return touch, nil
}

// entryOf finds the community's entry with a code; an unknown code is the zero entry.
func entryOf(sc *models.Scope, code string) (models.Entry, error) {
	if code == "" {
		return models.Entry{}, nil
	}
	e, err := sc.EntryByCode(code)
	if models.IsKind(err, models.NotFound) || (err == nil && e.CommunityID != sc.Community) {
		return models.Entry{}, nil
	}
	return e, err
}

// placementOf finds the placement whose card a member opened; an unknown code is the zero placement.
func placementOf(sc *models.Scope, code string, member ...models.MemberID) (models.Placement, error) {
	if code == "" {
		return models.Placement{}, nil
	}
	p, err := sc.PlacementOfPerson(code, member)
	if models.IsKind(err, models.NotFound) {
		return models.Placement{}, nil
	}
	return p, err
}

// isVisit reports whether a launch with this scene is somebody's visit: crawlers, load tests, previews and agents
// launch too, and WeChat's scene list says which of them to leave out.
func isVisit(scene int) bool {
	switch scene {
	case 1030, 1101, 1129, 1203, 1379:
		return false
	}
	return true
}
