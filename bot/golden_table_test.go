package bot_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"siyu/bot"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/models"
)

// goldenRow is one golden push: the name of its files, what it means and what it causes, in the words of effectOf. The
// first word of the name is the kind of account it is pushed to. before, if it is given, makes the world in which the push
// means something.
type goldenRow struct {
	name   string
	intent bot.Intent
	effect string
	before func(*testing.T, *goldenWorld, models.Channel, weixin.Message)
}

// goldenRows is every type and event of the platform's documents, and what a push of it causes.
func goldenRows() []goldenRow {
	return []goldenRow{
		{"miniprogram-audit-delay", bot.IntentCodeReviewed, "audit:mini.code_reviewed", nil},
		{"miniprogram-audit-fail", bot.IntentCodeReviewed, "audit:mini.code_reviewed", nil},
		{"miniprogram-audit-success", bot.IntentCodeReviewed, "audit:mini.code_reviewed", nil},
		{"miniprogram-cancellation", bot.IntentRevoke, "-named -session blanked blanked", known},
		{"miniprogram-change", bot.IntentSubscription, "-credit:xw", allowed},
		{"miniprogram-debug", bot.IntentTest, "kept", nil},
		{"miniprogram-image", bot.IntentMessage, "reply:transfer_customer_service window:message:5", nil},
		{"miniprogram-kf-close", bot.IntentHelpDesk, "kept", nil},
		{"miniprogram-kf-create", bot.IntentHelpDesk, "kept", nil},
		{"miniprogram-kf-switch", bot.IntentHelpDesk, "kept", nil},
		{"miniprogram-media-pass", bot.IntentMediaChecked, "-check:checking check:passed", asked},
		{"miniprogram-media-review", bot.IntentMediaChecked, "-check:checking check:needs_review", asked},
		{"miniprogram-media-risky", bot.IntentMediaChecked, "-check:checking check:refused", asked},
		{"miniprogram-media-unloadable", bot.IntentMediaChecked, "-check:checking check:needs_review", asked},
		{"miniprogram-miniprogrampage", bot.IntentMessage, "reply:transfer_customer_service window:message:5", nil},
		{"miniprogram-notice-failed", bot.IntentNoticeFailed, "kept", nil},
		{"miniprogram-popup-one", bot.IntentSubscription, "credit:xw", nil},
		{"miniprogram-popup-repeated", bot.IntentSubscription, "credit:xw credit:yw", nil},
		{"miniprogram-popup-two", bot.IntentSubscription, "credit:xw", nil},
		{"miniprogram-profile", bot.IntentProfile, "kept", nil},
		{"miniprogram-punish", bot.IntentPunished, "audit:mini.punished", nil},
		{"miniprogram-revoke", bot.IntentRevoke, "-session blanked blanked", known},
		{"miniprogram-revoke-all", bot.IntentRevoke, "-named -session blanked blanked", known},
		{"miniprogram-sent", bot.IntentSubscribeSent, "-notice:accepted notice:delivered", noticed},
		{"miniprogram-sent-failed", bot.IntentSubscribeSent, "-notice:accepted notice:failed", noticed},
		{"miniprogram-tempsession", bot.IntentHelpOpened, "window:help:2", nil},
		{"miniprogram-text", bot.IntentMessage, "reply:transfer_customer_service window:message:5", nil},
		{"miniprogram-unknown-event", bot.IntentUnknown, "kept", nil},
		{"official-cancellation", bot.IntentRevoke, "-named -session blanked blanked", known},
		{"official-change", bot.IntentSubscription, "-credit:xw", allowed},
		{"official-click", bot.IntentMenuClick, "window:menu:3", nil},
		{"official-debug", bot.IntentTest, "kept", nil},
		{"official-image", bot.IntentMessage, "reply:text window:message:5", nil},
		{"official-kf-close", bot.IntentHelpDesk, "kept", nil},
		{"official-kf-create", bot.IntentHelpDesk, "kept", nil},
		{"official-kf-switch", bot.IntentHelpDesk, "kept", nil},
		{"official-link", bot.IntentMessage, "reply:text window:message:5", nil},
		{"official-location", bot.IntentMessage, "reply:text window:message:5", nil},
		{"official-location-event", bot.IntentLocation, "kept", nil},
		{"official-location-select", bot.IntentMenuPlace, "kept", nil},
		{"official-mass-refused", bot.IntentMassDone, "-mass:accepted mass:failed", broadcasted},
		{"official-mass-success", bot.IntentMassDone, "-mass:accepted mass:done", broadcasted},
		{"official-pic-photo-or-album", bot.IntentMenuPicture, "kept", nil},
		{"official-pic-sysphoto", bot.IntentMenuPicture, "kept", nil},
		{"official-pic-weixin", bot.IntentMenuPicture, "kept", nil},
		{"official-popup-one", bot.IntentSubscription, "credit:xw", nil},
		{"official-popup-two", bot.IntentSubscription, "credit:xw", nil},
		{"official-profile", bot.IntentProfile, "kept", nil},
		{"official-publish-done", bot.IntentPublishDone, "kept", nil},
		{"official-publish-failed", bot.IntentPublishDone, "kept", nil},
		{"official-revoke", bot.IntentRevoke, "-session blanked blanked", known},
		{"official-scan", bot.IntentScan, "following member named reply:text touch:oa.follow touch:video.scan window:scan:3", nil},
		{"official-scan-number", bot.IntentScan, "following member named reply:text touch:oa.follow window:scan:3", nil},
		{"official-scancode-push", bot.IntentMenuScan, "window:menu:3", nil},
		{"official-scancode-waitmsg", bot.IntentMenuScan, "window:menu:3", nil},
		{"official-sent", bot.IntentSubscribeSent, "-notice:accepted notice:delivered", noticed},
		{"official-shortvideo", bot.IntentMessage, "reply:text window:message:5", nil},
		{"official-subscribe", bot.IntentFollow, "following member named reply:text touch:oa.follow window:follow:3", nil},
		{"official-subscribe-no-key", bot.IntentFollow, "following member named reply:text touch:oa.follow window:follow:3", nil},
		{"official-subscribe-qr", bot.IntentFollow, "following member named reply:text touch:oa.follow touch:video.scan window:follow:3", nil},
		{"official-subscribe-qr-other", bot.IntentFollow, "following member named reply:text touch:oa.follow window:follow:3", nil},
		{"official-template-blocked", bot.IntentTemplateDone, "kept", nil},
		{"official-template-failed", bot.IntentTemplateDone, "kept", nil},
		{"official-template-success", bot.IntentTemplateDone, "kept", nil},
		{"official-text", bot.IntentMessage, "reply:text window:message:5", nil},
		{"official-text-menu-item", bot.IntentMessage, "reply:text window:message:5", nil},
		{"official-text-under-article", bot.IntentMessage, "reply:text window:message:5", nil},
		{"official-unknown-event", bot.IntentUnknown, "kept", nil},
		{"official-unknown-message", bot.IntentUnknown, "reply:text", nil},
		{"official-unsubscribe", bot.IntentUnfollow, "-following -window:follow:3 blanked blanked job:push.blank left touch:oa.unfollow", followed},
		{"official-unsubscribe-stranger", bot.IntentUnfollow, "blanked job:push.blank left", nil},
		{"official-video", bot.IntentMessage, "reply:text window:message:5", nil},
		{"official-view", bot.IntentMenuView, "kept", nil},
		{"official-view-miniprogram", bot.IntentMenuView, "kept", nil},
		{"official-voice", bot.IntentMessage, "reply:text window:message:5", nil},
		{"official-voice-unrecognised", bot.IntentMessage, "reply:text window:message:5", nil},
		{"work-chat-add", bot.IntentGroupChanged, "job:group.sync", nil},
		{"work-chat-add-flat", bot.IntentGroupChanged, "job:group.sync", nil},
		{"work-chat-change-name", bot.IntentGroupChanged, "job:group.sync", nil},
		{"work-chat-change-notice", bot.IntentGroupChanged, "job:group.sync", nil},
		{"work-chat-change-owner", bot.IntentGroupChanged, "job:group.sync", nil},
		{"work-chat-create", bot.IntentGroupChanged, "job:group.sync", nil},
		{"work-chat-dismiss", bot.IntentGroupChanged, "job:group.sync", nil},
		{"work-chat-leave", bot.IntentGroupChanged, "job:group.sync", nil},
		{"work-contact-add", bot.IntentContact, "member named", nil},
		{"work-contact-add-half", bot.IntentContact, "member named", nil},
		{"work-contact-del", bot.IntentContact, "kept", nil},
		{"work-contact-del-follow", bot.IntentContact, "kept", nil},
		{"work-contact-edit", bot.IntentContact, "member named", nil},
		{"work-contact-transfer-fail", bot.IntentContact, "audit:contact.transfer_failed", nil},
		{"work-tag-create", bot.IntentCorpTags, "kept", nil},
		{"work-tag-delete", bot.IntentCorpTags, "kept", nil},
		{"work-tag-shuffle", bot.IntentCorpTags, "kept", nil},
		{"work-tag-update", bot.IntentCorpTags, "kept", nil},
		{"work-unknown-event", bot.IntentUnknown, "kept", nil},
		{"work-unknown-message", bot.IntentUnknown, "kept", nil},
	}
}

// TestGoldenIsAll: whatever the simulated WeChat can push means something to us and has its golden file.
func TestGoldenIsAll(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	for _, r := range goldenRows() {
		body, err := os.ReadFile(filepath.Join(goldenDir, r.name+".xml"))
		must(t, err)
		m, err := weixin.ParseMessage(body)
		must(t, err)
		kind, _, _ := strings.Cut(r.name, "-")
		have[kind+" "+m.Event] = true
	}
	for _, kind := range []models.ChannelKind{models.OfficialAccount, models.MiniProgram} {
		names := wechatsim.EventNames(string(kind))
		if len(names) < 10 {
			t.Errorf("WeChat can push %d events of %s", len(names), kind)
		}
		for _, name := range names {
			if bot.IntentOf(kind, weixin.Message{MsgType: weixin.MsgTypeEvent, Event: name}) == bot.IntentUnknown {
				t.Errorf("%s of %s means nothing to us", name, kind)
			}
			if !have[string(kind)+" "+name] {
				t.Errorf("%s of %s has no golden file", name, kind)
			}
		}
	}
}
