package miniprogram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"siyu/internal/weixin"
	"siyu/models"
)

// identity is who WeChat says somebody is.
type identity struct {
	openID     string
	unionID    string // empty when the Mini Program is bound to no Open Platform account
	sessionKey string
}

// LogValue keeps all of it out of logs.
func (identity) LogValue() slog.Value { return slog.StringValue("[identity]") }

// whoIs exchanges a login code, whose shape has been checked.
func (s *Service) whoIs(ctx context.Context, appID, code string) (identity, error) {
	app, err := s.hub.MiniProgram(appID)
	if err != nil {
		return identity{}, fmt.Errorf("log in: %w", err)
	}
	got, err := app.GetAuth().Code2SessionContext(ctx, code)
	if err != nil {
		return identity{}, loginError(err)
	}
	if got.OpenID == "" || got.SessionKey == "" {
		return identity{}, busy(errors.New("an answer without openid or session_key"))
	}
	return identity{openID: got.OpenID, unionID: got.UnionID, sessionKey: got.SessionKey}, nil
}

// What code2Session says about a code or a person (platform documentation of the login call).
const (
	codeBad     = 40029
	codeUsed    = 40163
	userBlocked = 40226
)

// loginError turns WeChat's refusal into ours.
func loginError(err error) error {
	code, _ := weixin.Code(err)
	switch code {
	case codeBad, codeUsed:
		return &models.Error{Kind: models.Invalid, Code: "mini_code_invalid", Text: "WeChat does not know this login code"}
	case userBlocked:
		return &models.Error{Kind: models.Denied, Code: "mini_blocked", Text: "WeChat has blocked this user as high-risk"}
	}
	return platformError("log in", err)
}

// platformError is what a member is told when WeChat cannot be asked: to try again, or, if the mistake is ours, nothing
// but that there is one.
func platformError(doing string, err error) error {
	err = weixin.Redacted(err)
	switch weixin.Classify(err) {
	case weixin.Temporary:
		return busy(err)
	case weixin.Quota:
		return &models.Error{Kind: models.Throttled, Code: "mini_busy", Text: "WeChat takes no more calls for now", Err: err}
	case weixin.None, weixin.Gone, weixin.Denied, weixin.Invalid:
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func busy(err error) error {
	return &models.Error{Kind: models.Unavailable, Code: "mini_busy", Text: "WeChat does not answer", Err: err}
}
