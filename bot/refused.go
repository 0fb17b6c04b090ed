package bot

import (
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// refused turns an error of a call that an organiser waits for into one she can read. The platform's own words stay in
// the log.
func refused(err error, now time.Time) error {
	if err == nil {
		return nil
	}
	err = weixin.Redacted(err)
	code, _ := weixin.Code(err)
	if e := refusedCode(code); e != nil {
		e.Err = err
		return e.With("errcode", code)
	}
	var e *models.Error
	switch weixin.Classify(err) {
	case weixin.Quota:
		e = models.Errorf(models.Throttled, "wechat_quota", "WeChat's limit for this call is used up")
		if at, ok := weixin.ResumeAt(err, now); ok {
			e = e.With("at", at.UTC().Format(time.RFC3339))
		}
	case weixin.Denied:
		e = models.Errorf(models.Conflict, "wechat_denied", "WeChat does not let this account do that")
	case weixin.Gone, weixin.Invalid:
		e = models.Errorf(models.Invalid, "wechat_refused", "WeChat refused the request")
	case weixin.None, weixin.Temporary:
		e = models.Errorf(models.Unavailable, "wechat_busy", "WeChat does not answer")
	}
	e.Err = err
	return e.With("errcode", code)
}

// refusedCode knows the errcodes that have a text of their own; nil for the others.
func refusedCode(code int) *models.Error {
	switch code {
	case 40007, 40004:
		return models.Errorf(models.Invalid, "media_unknown", "WeChat does not know this media_id")
	case 40016, 40017, 40018, 40019, 40020, 40023, 40054, 40055, 45064, 53600:
		return models.Errorf(models.Invalid, "menu_refused", "WeChat refused the menu")
	case 45157:
		return models.Errorf(models.Conflict, "tag_name_taken", "WeChat has a tag of this name")
	case 45158:
		return models.Errorf(models.Invalid, "tag_name_long", "a tag's name has at most 30 bytes")
	case 45056:
		return models.Errorf(models.Exhausted, "tags_full", "the account has its 100 tags")
	case 45057:
		return models.Errorf(models.Conflict, "tag_too_big", "a tag with more than 100,000 people cannot be deleted")
	case 45058:
		return models.Errorf(models.Denied, "tag_reserved", "this tag is WeChat's own")
	case 45059:
		return models.Errorf(models.Exhausted, "member_tags_full", "a member has at most 20 tags")
	case 45159:
		return models.Errorf(models.NotFound, "tag_gone", "WeChat has no such tag any more")
	case 45028:
		return models.Errorf(models.Exhausted, "mass_quota", "the account has sent what it may")
	case 40003, 43004:
		return models.Errorf(models.Invalid, "not_following", "this person does not follow the account")
	case 45003, 45004, 45002, 45008:
		return models.Errorf(models.Invalid, "draft_too_long", "WeChat finds the draft too long")
	}
	return nil
}

// officialOf finds the community's Official Account.
func (b *Bot) officialOf(sc *models.Scope) (models.Channel, error) {
	c, err := sc.Channel(models.OfficialAccount)
	if models.IsKind(err, models.NotFound) {
		return c, models.Errorf(models.Invalid, "no_official_account", "connect an Official Account first")
	}
	return c, err
}
