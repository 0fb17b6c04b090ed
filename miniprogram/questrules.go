package miniprogram

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"siyu/models"
)

// What a quest may hold.
const (
	maxQuestTitle  = 40
	maxQuestBody   = 300
	maxQuestGoal   = 100
	maxQuestPoints = 10_000
	minChoices     = 2
	maxChoices     = 6
	maxChoice      = 40
)

// QuestDraft is what an organiser says of a quest.
type QuestDraft struct {
	Action   models.Action
	Period   models.Period
	Goal     int
	Points   int
	Title    string
	Body     string
	Choices  []string // of a question
	StartsAt models.Millis
	EndsAt   models.Millis // zero: without an end
}

// check says what is wrong with a quest, naming the field; pure.
func (d QuestDraft) check(now models.Millis) error {
	bad := func(field, code, text string) error {
		return models.Errorf(models.Invalid, code, "%s", text).With("field", field)
	}
	switch d.Action {
	case models.ActVisit, models.ActRedeem, models.ActReview, models.ActAnswer:
	case models.ActQuest, models.ActAdjust:
		return bad("action", "action_worthless", "points are for visiting, redeeming, reviewing and answering only")
	default:
		return bad("action", "action_worthless", "points are for visiting, redeeming, reviewing and answering only")
	}
	asks := d.Action == models.ActAnswer
	switch {
	case d.Period != models.QuestOnce && d.Period != models.QuestDaily && d.Period != models.QuestWeekly:
		return bad("period", "bad_field", "a quest can be done once, daily or weekly")
	case d.Goal < 1 || d.Goal > maxQuestGoal || (asks && d.Goal != 1):
		return bad("goal", "bad_field", "a quest wants 1 to 100 times; a question is answered once")
	case d.Points < 0 || d.Points > maxQuestPoints:
		return bad("points", "bad_field", "0 to 10,000 points")
	case strings.TrimSpace(d.Title) == "" || utf8.RuneCountInString(d.Title) > maxQuestTitle:
		return bad("title", "bad_field", "a title has 1 to 40 characters")
	case utf8.RuneCountInString(d.Body) > maxQuestBody:
		return bad("body", "bad_field", "a text has 300 characters at most")
	case asks && (len(d.Choices) < minChoices || len(d.Choices) > maxChoices) || !asks && len(d.Choices) > 0:
		return bad("choices", "bad_field", "a question has 2 to 6 answers, anything else none")
	case d.EndsAt != 0 && (d.EndsAt <= d.StartsAt || d.EndsAt <= now):
		return bad("ends_at", "ends_before_start", "a quest ends after it starts, and not in the past")
	}
	for _, c := range d.Choices {
		if strings.TrimSpace(c) == "" || utf8.RuneCountInString(c) > maxChoice {
			return bad("choices", "bad_field", "an answer has 1 to 40 characters")
		}
	}
	if word := induces(d.Title, d.Body, strings.Join(d.Choices, "\n")); word != "" {
		return models.Errorf(models.Invalid, "quest_induces", "nothing may be given for sharing, following or bringing others").
			With("field", "title").With("word", word)
	}
	return nil
}

// induces finds a word that asks for sharing, following or bringing others, in what members are to get something for; "" if
// there is none. The platform forbids such inducement (its rules of operation for Mini Programs, section on sharing and following). Pure.
func induces(texts ...string) string {
	text := strings.ToLower(strings.Join(texts, "\n"))
	bare := strings.Map(func(r rune) rune { // words are taken apart to get past such lists
		if strings.ContainsRune(" \t\n\r-_.·*/\\|~，。、,", r) {
			return -1
		}
		return r
	}, text)
	for _, w := range []string{"分享", "转发", "轉發", "朋友圈", "转给", "轉給", "关注", "關注", "邀请", "邀請", "邀好友", "拉人", "拉新", "拉好友",
		"好友助力", "助力", "集赞", "集讚", "点赞", "點讚", "求赞", "砍价", "砍價", "裂变", "裂變", "扩散", "擴散", "推荐好友", "推薦好友", "带新", "帶新", "进群", "進群", "入群"} {
		if strings.Contains(bare, w) {
			return w
		}
	}
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch w {
		case "share", "shares", "shared", "sharing", "forward", "forwards", "forwarding", "repost", "reposts", "retweet", "follow", "follows",
			"followed", "following", "subscribe", "subscribing", "invite", "invites", "invited", "inviting", "refer", "refers", "referral",
			"referrals", "referring", "recruit":
			return w
		}
	}
	return ""
}

// termOf names the day or week a time is in for a quest, and says when it began and ends (0: never); pure.
func termOf(p models.Period, at models.Millis, zone *time.Location) (term string, from, to models.Millis) {
	local := at.Time().In(zone)
	day := func(n int) models.Millis {
		return dayBegins(local.Year(), local.Month(), local.Day()+n, zone)
	}
	switch p {
	case models.QuestDaily:
		return local.Format(time.DateOnly), day(0), day(1)
	case models.QuestWeekly:
		year, week := local.ISOWeek()
		since := (int(local.Weekday()) + 6) % 7 // days since Monday
		return fmt.Sprintf("%d-W%02d", year, week), day(-since), day(7 - since)
	case models.QuestOnce:
	}
	return string(models.QuestOnce), 0, 0
}

// presets are ready-made quests, which an organiser takes as they are or changes. Their texts are in the organiser's language.
func presets() []QuestDraft {
	return []QuestDraft{
		{Action: models.ActVisit, Period: models.QuestWeekly, Goal: 5, Points: 10},
		{Action: models.ActRedeem, Period: models.QuestWeekly, Goal: 1, Points: 10},
		{Action: models.ActRedeem, Period: models.QuestOnce, Goal: 5, Points: 50},
		{Action: models.ActReview, Period: models.QuestOnce, Goal: 1, Points: 10},
	}
}
