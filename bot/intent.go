package bot

import (
	"siyu/internal/weixin"
	"siyu/models"
)

// Intent is what a push means to us, whatever its shape. WeChat has some fifty shapes; a dozen meanings decide what is
// done.
type Intent string

// The intents of pushes.
const (
	IntentMessage       Intent = "message"        // somebody wrote, or sent a picture, a voice, a place, a link, a card
	IntentFollow        Intent = "follow"         // somebody follows, perhaps by a code
	IntentScan          Intent = "scan"           // a follower scanned a parameter QR code
	IntentUnfollow      Intent = "unfollow"       // somebody left; WeChat asks us to forget her
	IntentMenuClick     Intent = "menu_click"     // a menu item with a key: she waits for an answer
	IntentMenuScan      Intent = "menu_scan"      // she scanned something from the menu
	IntentMenuView      Intent = "menu_view"      // a menu item that opened a page or a Mini Program
	IntentMenuPicture   Intent = "menu_picture"   // she chose pictures from the menu
	IntentMenuPlace     Intent = "menu_place"     // she chose a place from the menu
	IntentLocation      Intent = "location"       // where she is, reported by her phone
	IntentTemplateDone  Intent = "template_done"  // what became of a template message
	IntentMassDone      Intent = "mass_done"      // what became of a mass message
	IntentPublishDone   Intent = "publish_done"   // what became of a published article
	IntentSubscription  Intent = "subscription"   // she answered the subscription dialog, or changed her mind later
	IntentSubscribeSent Intent = "subscribe_sent" // what became of a subscription message
	IntentNoticeFailed  Intent = "notice_failed"  // a service card was not shown
	IntentProfile       Intent = "profile"        // the platform cleaned her profile
	IntentRevoke        Intent = "revoke"         // she withdrew her authorisation or gave up her account
	IntentHelpOpened    Intent = "help_opened"    // she opened the Mini Program's customer service
	IntentHelpDesk      Intent = "help_desk"      // a customer-service session began, moved or ended
	IntentMediaChecked  Intent = "media_checked"  // the platform has looked at a picture or a sound
	IntentCodeReviewed  Intent = "code_reviewed"  // the platform has reviewed the Mini Program's code
	IntentPunished      Intent = "punished"       // the platform warned or punished the Mini Program
	IntentTest          Intent = "test"           // a push from the console's test page
	IntentGroupChanged  Intent = "group_changed"  // a WeCom customer group changed
	IntentContact       Intent = "contact"        // a WeCom customer was added, changed or lost
	IntentCorpTags      Intent = "corp_tags"      // a corp's tags for customers changed
	IntentUnknown       Intent = "unknown"        // kept as it came and counted
)

// IntentOf says what a push to an account means.
func IntentOf(kind models.ChannelKind, m weixin.Message) Intent {
	if m.MsgType != weixin.MsgTypeEvent {
		return messageIntent(kind, m.MsgType)
	}
	if i, known := eventIntents(kind)[m.Event]; known {
		return i
	}
	return IntentUnknown
}

func messageIntent(kind models.ChannelKind, msgType string) Intent {
	if kind == models.WeCom {
		return IntentUnknown
	}
	switch msgType {
	case "text", "image", "voice", "video", "shortvideo", "location", "link", "miniprogrampage":
		return IntentMessage
	}
	return IntentUnknown
}

// eventIntents are the events an account of a kind is sent.
func eventIntents(kind models.ChannelKind) map[string]Intent {
	switch kind {
	case models.OfficialAccount:
		return map[string]Intent{
			"subscribe": IntentFollow, "SCAN": IntentScan, "unsubscribe": IntentUnfollow,
			"CLICK": IntentMenuClick, "VIEW": IntentMenuView, "view_miniprogram": IntentMenuView,
			"scancode_push": IntentMenuScan, "scancode_waitmsg": IntentMenuScan,
			"pic_sysphoto": IntentMenuPicture, "pic_photo_or_album": IntentMenuPicture, "pic_weixin": IntentMenuPicture,
			"location_select": IntentMenuPlace, "LOCATION": IntentLocation,
			"TEMPLATESENDJOBFINISH": IntentTemplateDone, "MASSSENDJOBFINISH": IntentMassDone, "PUBLISHJOBFINISH": IntentPublishDone,
			"subscribe_msg_popup_event": IntentSubscription, "subscribe_msg_change_event": IntentSubscription,
			"subscribe_msg_sent_event": IntentSubscribeSent, "user_info_modified": IntentProfile,
			"user_authorization_revoke": IntentRevoke, "user_authorization_cancellation": IntentRevoke,
			"kf_create_session": IntentHelpDesk, "kf_close_session": IntentHelpDesk,
			"kf_switch_session": IntentHelpDesk, "debug_demo": IntentTest,
		}
	case models.MiniProgram:
		return map[string]Intent{
			"user_enter_tempsession": IntentHelpOpened, "wxa_media_check": IntentMediaChecked,
			"weapp_audit_success": IntentCodeReviewed, "weapp_audit_fail": IntentCodeReviewed, "weapp_audit_delay": IntentCodeReviewed,
			"wxa_punish_event":          IntentPunished,
			"subscribe_msg_popup_event": IntentSubscription, "subscribe_msg_change_event": IntentSubscription,
			"subscribe_msg_sent_event": IntentSubscribeSent, "notify_service_msg_send_result": IntentNoticeFailed,
			"user_info_modified": IntentProfile, "user_authorization_revoke": IntentRevoke,
			"user_authorization_cancellation": IntentRevoke, "debug_demo": IntentTest,
			"kf_create_session": IntentHelpDesk, "kf_close_session": IntentHelpDesk, "kf_switch_session": IntentHelpDesk,
		}
	case models.WeCom:
		return map[string]Intent{"change_external_chat": IntentGroupChanged, "change_external_contact": IntentContact,
			"change_external_tag": IntentCorpTags}
	}
	return nil
}
