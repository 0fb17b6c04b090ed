package bot

import (
	"strings"
	"testing"

	"siyu/models"
)

func TestPersonal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, name, want string }{
		{"%NICKNAME%，你好！", "小林", "小林，你好！"},
		{"%NICKNAME%，你好！", "", "你好！"},
		{"你好，%NICKNAME%！欢迎来到%COMMUNITY%", "", "你好！欢迎来到北岸"},
		{"Hi %NICKNAME%, welcome", "", "Hi, welcome"},
		{"%NICKNAME%, hello and welcome", "", "Hello and welcome"},
		{"Dear %NICKNAME%\nhello %NICKNAME%", "", "Dear\nhello"},
		{"Hi %NICKNAME%", "a\nb\u202e%COMMUNITY%\x00", "Hi a b %COMMUNITY%"}, // nothing in a name is a place
		{"Hi %NICKNAME%", strings.Repeat("长", 40), "Hi " + strings.Repeat("长", 32)},
		{"%NICKNAME%", "", ""},
		{"no place", "x", "no place"},
	} {
		if got := personal(tt.text, tt.name, "北岸"); got != tt.want {
			t.Errorf("%q for %q: %q, want %q", tt.text, tt.name, got, tt.want)
		}
	}
}

func TestChooseWelcome(t *testing.T) {
	t.Parallel()
	def := models.Welcome{ID: 1, Enabled: true}
	video := models.Welcome{ID: 2, Enabled: true, VideoID: 7}
	entry := models.Welcome{ID: 3, Enabled: true, EntryID: 8}
	state := models.Welcome{ID: 4, Enabled: true, State: "spring"}
	off := models.Welcome{ID: 5, EntryID: 8}
	silent := models.Welcome{ID: 6}
	newer := models.Welcome{ID: 7, Enabled: true}
	came := models.Entry{ID: 8, VideoID: 7}
	for _, tt := range []struct {
		name  string
		all   []models.Welcome
		state string
		entry models.Entry
		want  models.WelcomeID
		none  bool
	}{
		{"nothing written", nil, "", models.Entry{}, 0, true},
		{"for everybody", []models.Welcome{def, video, entry, state}, "", models.Entry{}, 1, false},
		{"the newest", []models.Welcome{def, newer}, "", models.Entry{}, 7, false},
		{"of her video", []models.Welcome{def, video}, "x", models.Entry{ID: 9, VideoID: 7}, 2, false},
		{"of her entry", []models.Welcome{entry, def, video}, "x", came, 3, false},
		{"of her state", []models.Welcome{state, entry, def}, "spring", came, 4, false},
		{"one that is off is not there", []models.Welcome{def, off}, "x", came, 1, false},
		{"none wanted", []models.Welcome{def, silent}, "", models.Entry{}, 6, false},
		{"only for others", []models.Welcome{video}, "", models.Entry{}, 0, true},
	} {
		w, none := chooseWelcome(tt.all, tt.state, tt.entry)
		if w.ID != tt.want || none != tt.none {
			t.Errorf("%s: %d %v, want %d %v", tt.name, w.ID, none, tt.want, tt.none)
		}
	}
}

func TestWelcomeDraft(t *testing.T) {
	t.Parallel()
	text := func(n int) map[string]string { return map[string]string{LangHans: strings.Repeat("a", n)} }
	both := map[string]string{LangHans: "你好", LangEn: "Hi"}
	for _, tt := range []struct {
		name, code string
		draft      WelcomeDraft
	}{
		{"nothing", "welcome_empty", WelcomeDraft{Kind: models.WelcomeContact}},
		{"blanks", "welcome_empty", WelcomeDraft{Kind: models.WelcomeContact, Texts: map[string]string{LangEn: " "}}},
		{"no language", "bad_field", WelcomeDraft{Kind: models.WelcomeContact, Texts: map[string]string{"fr": "Salut"}}},
		{"two languages", "", WelcomeDraft{Kind: models.WelcomeContact, Texts: both}},
		{"two in a group", "welcome_one_text", WelcomeDraft{Kind: models.WelcomeGroup, Texts: both}},
		{"the longest in a group", "", WelcomeDraft{Kind: models.WelcomeGroup, Texts: text(3000)}},
		{"too long in a group", "welcome_long", WelcomeDraft{Kind: models.WelcomeGroup, Texts: text(3001)}},
		{"too long with the name filled in", "welcome_long", WelcomeDraft{Kind: models.WelcomeGroup,
			Texts: map[string]string{LangHans: strings.Repeat("a", 2989) + placeCommunity}}},
		{"the longest for a contact", "", WelcomeDraft{Kind: models.WelcomeContact, Texts: text(4000)}},
		{"a link without address", "welcome_part_bad", WelcomeDraft{Texts: both, Part: models.WelcomePart{Kind: "link", Title: "x", URL: "javascript:x"}}},
		{"a link", "", WelcomeDraft{Texts: both, Part: models.WelcomePart{Kind: "link", Title: "x", URL: "https://example.com/"}}},
		{"a card without page", "welcome_part_bad", WelcomeDraft{Texts: both, Part: models.WelcomePart{Kind: "miniprogram", Title: "x"}}},
		{"a long title", "welcome_long", WelcomeDraft{Texts: both, Part: models.WelcomePart{Kind: "miniprogram", Title: strings.Repeat("字", 22), Page: "p"}}},
		{"no such part", "welcome_part_bad", WelcomeDraft{Texts: both, Part: models.WelcomePart{Kind: "song"}}},
	} {
		if err := tt.draft.check("北岸亲子圈"); models.CodeOf(err) != tt.code {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.code)
		}
	}
}
