package miniprogram

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"siyu/internal/weixin"
	"siyu/models"
)

// phoneCodeShape is what the code of the phone number button may look like.
var phoneCodeShape = regexp.MustCompile(`^[0-9A-Za-z_\-+/=]{1,512}$`)

// What getuserphonenumber says (platform documentation): a code is good for five minutes and once, and belongs to one app.
const codeOtherApp = 40013

// Phone is a verified number as its owner is shown it again.
type Phone struct {
	Masked string // such as +86 138****5678
	At     models.Millis
}

// SetPhone exchanges the code of the phone number button and keeps the number WeChat verified: as keyed hashes, to find her by its
// end at the till and to know her household, and sealed. A code that WeChat does not know or has seen before is Invalid
// phone_code_invalid: she taps the button again. A second number replaces the first.
func (s *Service) SetPhone(ctx context.Context, session models.Session, code string) (Phone, error) {
	if !phoneCodeShape.MatchString(code) {
		return Phone{}, models.Errorf(models.Invalid, "phone_code_invalid", "this is not a code of the phone number button")
	}
	number, err := s.phoneNumber(ctx, session.AppID, code)
	if err != nil {
		return Phone{}, err
	}
	var at models.Millis
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		at = sc.Now
		person, err := sc.LockPerson(session.MemberID)
		if err != nil {
			return err
		}
		return sc.SetPhone(person[0], number.whole())
	})
	if err != nil {
		return Phone{}, fmt.Errorf("keep a phone number: %w", err)
	}
	return Phone{Masked: maskPhone(number.whole(), number.country), At: at}, nil
}

// ForgetPhone erases a member's number at her own wish.
func (s *Service) ForgetPhone(ctx context.Context, session models.Session) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		person, err := sc.LockPerson(session.MemberID)
		if err != nil {
			return err
		}
		return sc.ForgetPhone(person[0])
	})
}

// telephone is a phone number as WeChat tells it, digits alone.
type telephone struct{ country, national string }

func (n telephone) whole() string { return n.country + n.national }

func (s *Service) phoneNumber(ctx context.Context, appID, code string) (telephone, error) {
	var answer struct {
		Info struct {
			Pure      string `json:"purePhoneNumber"`
			Country   string `json:"countryCode"`
			Watermark struct {
				AppID string `json:"appid"`
			} `json:"watermark"`
		} `json:"phone_info"`
	}
	err := s.hub.PostJSON(ctx, appID, "/wxa/business/getuserphonenumber", map[string]any{"code": code}, &answer)
	if err != nil {
		switch code, _ := weixin.Code(err); code {
		case codeBad, codeOtherApp:
			return telephone{}, &models.Error{Kind: models.Invalid, Code: "phone_code_invalid", Text: "WeChat does not know this code"}
		}
		return telephone{}, platformError("ask for a phone number", err)
	}
	n := telephone{country: onlyDigits(answer.Info.Country), national: onlyDigits(answer.Info.Pure)}
	if n.country == "" || len(n.national) < 4 || answer.Info.Watermark.AppID != appID {
		return telephone{}, busy(errors.New("an answer without a phone number of this app"))
	}
	return n, nil
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// maskPhone shows a number's country, its first digits where there are enough, and its last four; pure.
func maskPhone(whole, country string) string {
	national := strings.TrimPrefix(whole, country)
	show := max(0, min(3, len(national)-8))
	return "+" + country + " " + national[:show] + "****" + national[len(national)-4:]
}
