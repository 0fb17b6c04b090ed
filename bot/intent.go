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
	switch kind {
	case models.OfficialAccount:
		return officialIntent(m.Event)
	case models.MiniProgram:
		return miniIntent(m.Event)
	case models.WeCom:
		return corpIntent(m.Event)
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

func officialIntent(event string) Intent {
	switch event {
	case "subscribe":
		return IntentFollow
	case "SCAN":
		return IntentScan
	case "unsubscribe":
		return IntentUnfollow
	case "CLICK":
		return IntentMenuClick
	case "VIEW", "view_miniprogram":
		return IntentMenuView
	case "scancode_push", "scancode_waitmsg":
		return IntentMenuScan
	case "pic_sysphoto", "pic_photo_or_album", "pic_weixin":
		return IntentMenuPicture
	case "location_select":
		return IntentMenuPlace
	case "LOCATION":
		return IntentLocation
	case "TEMPLATESENDJOBFINISH":
		return IntentTemplateDone
	case "MASSSENDJOBFINISH":
		return IntentMassDone
	case "PUBLISHJOBFINISH":
		return IntentPublishDone
	}
	return sharedIntent(event)
}

func miniIntent(event string) Intent {
	switch event {
	case "user_enter_tempsession":
		return IntentHelpOpened
	case "wxa_media_check":
		return IntentMediaChecked
	case "weapp_audit_success", "weapp_audit_fail", "weapp_audit_delay":
		return IntentCodeReviewed
	case "wxa_punish_event":
		return IntentPunished
	case "notify_service_msg_send_result":
		return IntentNoticeFailed
	}
	return sharedIntent(event)
}

// sharedIntent are the events that Official Accounts and Mini Programs both are sent.
func sharedIntent(event string) Intent {
	switch event {
	case "subscribe_msg_popup_event", "subscribe_msg_change_event":
		return IntentSubscription
	case "subscribe_msg_sent_event":
		return IntentSubscribeSent
	case "user_info_modified":
		return IntentProfile
	case "user_authorization_revoke", "user_authorization_cancellation":
		return IntentRevoke
	case "kf_create_session", "kf_close_session", "kf_switch_session":
		return IntentHelpDesk
	case "debug_demo":
		return IntentTest
	}
	return IntentUnknown
}

func corpIntent(event string) Intent {
	switch event {
	case "change_external_chat":
		return IntentGroupChanged
	case "change_external_contact":
		return IntentContact
	case "change_external_tag":
		return IntentCorpTags
	}
	return IntentUnknown
}
