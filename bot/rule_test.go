package bot_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/bot"
	"siyu/models"
)

func rule(id int, kind models.RuleKind, how models.RuleHow, patterns ...string) models.ReplyRule {
	return models.ReplyRule{ID: models.RuleID(id), Kind: kind, How: how, Patterns: models.StringsOf(patterns), Answers: "[]",
		Position: id, Enabled: true}
}

func matched(t *testing.T, rules []models.ReplyRule, hours []models.OpenHours, in bot.Input) models.RuleID {
	t.Helper()
	book, err := bot.CompileRules(rules, hours, time.UTC)
	must(t, err)
	r, _, ok := book.Match(in)
	if !ok {
		return 0
	}
	return r.ID
}

func TestNormalText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"ＶＩＰ　优惠": "vip 优惠", "VIP\n优惠": "vip 优惠", "Straße": "strasse", "ｶﾌｪ": "カフェ", "羣": "羣", "群": "群", "優惠": "優惠",
	} {
		if got := bot.NormalText(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		once := bot.NormalText(rapid.StringN(0, 60, 200).Draw(t, "text"))
		if twice := bot.NormalText(once); twice != once {
			t.Fatalf("%q becomes %q", once, twice)
		}
	})
}

// TestMatchOrder: the first enabled rule in the organiser's order answers; default rules speak last wherever they stand.
func TestMatchOrder(t *testing.T) {
	t.Parallel()
	off := rule(2, models.RuleKeyword, models.HowContains, "优惠")
	off.Enabled = false
	rules := []models.ReplyRule{
		rule(1, models.RuleDefault, ""), off, rule(3, models.RuleKeyword, models.HowExact, "优惠"),
		rule(4, models.RuleKeyword, models.HowContains, "优惠", "福利"), rule(5, models.RuleKeyword, models.HowRegex, `^\d{3}$`),
		rule(6, models.RuleEvent, "", bot.EventFollow, bot.EventImage), rule(7, models.RuleMenu, "", "HELP"), rule(8, models.RuleMenu, ""),
		rule(9, models.RuleEntry, "", "A"), rule(10, models.RuleEntry, ""),
	}
	text := func(s string) bot.Input { return bot.Input{Event: bot.EventText, Text: s} }
	for _, c := range []struct {
		in   bot.Input
		want models.RuleID
	}{
		{text(" 优惠 "), 3}, {text("有优惠吗"), 4}, {text("福利"), 4}, {text("１２３"), 5}, {text("1234"), 1}, {text("優惠"), 1},
		{bot.Input{Event: bot.EventFollow}, 6}, {bot.Input{Event: bot.EventImage}, 6}, {bot.Input{Event: bot.EventVoice}, 1},
		{bot.Input{Event: bot.EventMenu, Key: "HELP"}, 7}, {bot.Input{Event: bot.EventMenu, Key: "X"}, 8},
		{bot.Input{Event: bot.EventFollow, Entry: "A"}, 9}, {bot.Input{Event: bot.EventScan, Entry: "B"}, 10},
		{bot.Input{Event: bot.EventScan}, 0}, {bot.Input{Event: bot.EventHelp}, 0},
	} {
		if got := matched(t, rules, nil, c.in); got != c.want {
			t.Errorf("%+v is answered by rule %d, want %d", c.in, got, c.want)
		}
	}
}

// naive asks rules one after the other, with nothing prepared.
func naive(rules []models.ReplyRule, in bot.Input) models.RuleID {
	words := bot.NormalText(in.Text)
	says := func(r models.ReplyRule) bool {
		if in.Event != bot.EventText || !r.Enabled {
			return false
		}
		for _, p := range r.Patterns.List() {
			ok := false
			switch r.How {
			case models.HowExact:
				ok = words == bot.NormalText(p)
			case models.HowContains:
				ok = strings.Contains(words, bot.NormalText(p))
			case models.HowRegex:
				ok = regexp.MustCompile("(?i)" + p).MatchString(words)
			}
			if ok {
				return true
			}
		}
		return false
	}
	slices.SortFunc(rules, func(a, b models.ReplyRule) int { return a.Position - b.Position })
	for _, r := range rules {
		if r.Kind == models.RuleKeyword && says(r) {
			return r.ID
		}
	}
	for _, r := range rules {
		if r.Kind == models.RuleDefault && r.Enabled {
			return r.ID
		}
	}
	return 0
}

func TestMatchAgainstNaive(t *testing.T) {
	t.Parallel()
	words := []string{"a", "ab", "A B", "优惠", "ＡＢ", "群", "b+", "[ab]c", "优.", " b "}
	rapid.Check(t, func(rt *rapid.T) {
		var rules []models.ReplyRule
		places := rapid.Permutation([]int{1, 2, 3, 4, 5, 6}).Draw(rt, "places")
		for i := range rapid.IntRange(0, 6).Draw(rt, "rules") {
			how := rapid.SampledFrom([]models.RuleHow{models.HowExact, models.HowContains, models.HowRegex}).Draw(rt, "how")
			r := rule(i+1, models.RuleKeyword, how, rapid.SliceOfN(rapid.SampledFrom(words), 1, 3).Draw(rt, "patterns")...)
			if rapid.IntRange(0, 5).Draw(rt, "default") == 0 {
				r = rule(i+1, models.RuleDefault, "")
			}
			r.Position, r.Enabled = places[i], rapid.IntRange(0, 3).Draw(rt, "enabled") > 0
			rules = append(rules, r)
		}
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(append(words, "B", "惠", " ", "c")), 0, 4).Draw(rt, "text"), "")
		in := bot.Input{Event: bot.EventText, Text: text}
		book, err := bot.CompileRules(rules, nil, time.UTC)
		if err != nil {
			rt.Fatal(err)
		}
		r, _, _ := book.Match(in)
		if want := naive(slices.Clone(rules), in); r.ID != want {
			rt.Fatalf("%q is answered by %d, want %d", text, r.ID, want)
		}
	})
}

// TestOpenHours: what counts is the clock on the wall, over midnight and on the days it is changed.
func TestOpenHours(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Vancouver")
	must(t, err)
	week := []models.OpenHours{{Day: 0, From: 22 * 60, To: 2 * 60}, {Day: 3, From: 9 * 60, To: 17 * 60}, {Day: 6, From: 0, To: 24 * 60},
		{Day: 5, From: 12 * 60, To: 12 * 60}}
	at := func(text string) time.Time {
		local, err := time.Parse(time.RFC3339, text)
		must(t, err)
		return local.In(zone)
	}
	for text, want := range map[string]bool{
		"2026-05-06T16:00:00Z": true, "2026-05-06T15:59:00Z": false, "2026-05-07T00:00:00Z": false, // Wednesday 9 to 17
		"2026-05-04T05:00:00Z": true, "2026-05-04T08:59:00Z": true, "2026-05-04T09:00:00Z": false, // Sunday 22 to Monday 2
		"2026-05-09T07:00:00Z": true, "2026-05-10T06:59:00Z": true, "2026-05-10T07:00:00Z": false, // all Saturday
		"2026-05-08T19:00:00Z": true, "2026-05-09T06:00:00Z": true, // from Friday noon for a day
		// On Sunday 2 November 2025 the hour from one to two comes twice; the Sunday of 9 March has none from two to three. (Rules of a
		// year that is over do not change any more.)
		"2025-11-03T06:00:00Z": true, "2025-11-03T05:59:00Z": false, "2025-03-10T05:00:00Z": true, "2025-03-10T04:59:00Z": false,
	} {
		if got := bot.Open(week, at(text)); got != want {
			t.Errorf("at %s open is %v", at(text), got)
		}
	}
	fold := []models.OpenHours{{Day: 0, From: 60, To: 90}}
	for _, text := range []string{"2025-11-02T08:15:00Z", "2025-11-02T09:15:00Z"} { // 1:15 by summer and by winter time
		if !bot.Open(fold, at(text)) {
			t.Errorf("closed at %s", at(text))
		}
	}
	if !bot.Open(nil, at("2025-11-02T09:15:00Z")) {
		t.Error("without hours it is closed")
	}
	outside := []models.ReplyRule{rule(1, models.RuleOutside, ""), rule(2, models.RuleDefault, "")}
	noon := models.MillisOf(at("2026-05-05T12:00:00Z"))
	if got := matched(t, outside, fold, bot.Input{Event: bot.EventText, Text: "?", Now: noon}); got != 1 {
		t.Errorf("outside hours rule %d answers", got)
	}
	if got := matched(t, outside, nil, bot.Input{Event: bot.EventText, Text: "?", Now: noon}); got != 2 {
		t.Errorf("within hours rule %d answers", got)
	}
}

func words(text string) map[string]bot.Words { return map[string]bot.Words{bot.LangHans: {Text: text}} }

// TestCheck: what would not work when somebody waits is refused when it is written, by a code of its own.
func TestCheck(t *testing.T) {
	t.Parallel()
	good := func() bot.RuleDraft {
		return bot.RuleDraft{Name: "x", Kind: models.RuleKeyword, How: models.HowContains, Patterns: []string{"优惠"},
			Answers: []bot.RuleAnswer{{Kind: bot.AnswerText, Words: words("来自%community%")}}, Enabled: true}
	}
	must(t, good().Check(models.OfficialAccount, bot.DefaultWindows()))
	many := func(n int) []bot.RuleAnswer {
		return slices.Repeat([]bot.RuleAnswer{{Kind: bot.AnswerText, Words: words("x")}}, n)
	}
	for name, c := range map[string]struct {
		change func(*bot.RuleDraft)
		code   string
	}{
		"no name":       {func(d *bot.RuleDraft) { d.Name = " " }, "bad_field"},
		"no keyword":    {func(d *bot.RuleDraft) { d.Patterns = nil }, "rule_patterns_missing"},
		"blank keyword": {func(d *bot.RuleDraft) { d.Patterns = []string{"　"} }, "rule_pattern_unknown"},
		"how":           {func(d *bot.RuleDraft) { d.How = "fuzzy" }, "bad_field"},
		"bad regex":     {func(d *bot.RuleDraft) { d.How, d.Patterns = models.HowRegex, []string{"优惠(a"} }, "pattern_unreadable"},
		"repeat":        {func(d *bot.RuleDraft) { d.How, d.Patterns = models.HowRegex, []string{"a{1001}"} }, "pattern_unreadable"},
		"huge regex":    {func(d *bot.RuleDraft) { d.How, d.Patterns = models.HowRegex, []string{`(abcdefghijkl){90}`} }, "pattern_too_complex"},
		"everything":    {func(d *bot.RuleDraft) { d.How, d.Patterns = models.HowRegex, []string{"a*"} }, "pattern_matches_all"},
		"long":          {func(d *bot.RuleDraft) { d.Patterns = []string{strings.Repeat("a", 257)} }, "pattern_too_long"},
		"unknown event": {func(d *bot.RuleDraft) { d.Kind, d.How, d.Patterns = models.RuleEvent, "", []string{"subscribe"} }, "rule_pattern_unknown"},
		"no answer":     {func(d *bot.RuleDraft) { d.Answers = nil }, "rule_answers_missing"},
		"seven answers": {func(d *bot.RuleDraft) { d.Answers = many(7) }, "rule_answers_many"},
		"five on follow": {func(d *bot.RuleDraft) {
			d.Kind, d.How, d.Patterns, d.Answers = models.RuleEvent, "", []string{"follow"}, many(5)
		}, "rule_answers_many"},
		"unknown place":   {func(d *bot.RuleDraft) { d.Answers[0].Words = words("嗨%nickname%") }, "rule_place_unknown"},
		"place elsewhere": {func(d *bot.RuleDraft) { d.Answers[0].Words = words("%link%") }, "rule_place_unknown"},
		"too long":        {func(d *bot.RuleDraft) { d.Answers[0].Words = words(strings.Repeat("字", 683)) }, "rule_answer_long"},
		"long when full":  {func(d *bot.RuleDraft) { d.Answers[0].Words = words(strings.Repeat("字", 650) + "%community%") }, "rule_answer_long"},
		"no words":        {func(d *bot.RuleDraft) { d.Answers[0].Words = nil }, "rule_words_missing"},
		"French":          {func(d *bot.RuleDraft) { d.Answers[0].Words["fr"] = bot.Words{Text: "x"} }, "rule_lang_unknown"},
		"http news":       {func(d *bot.RuleDraft) { d.Answers[0] = bot.RuleAnswer{Kind: bot.AnswerNews, URL: "http://a.example"} }, "rule_link_bad"},
		"silence and":     {func(d *bot.RuleDraft) { d.Answers = append(d.Answers, bot.RuleAnswer{Kind: bot.AnswerSilence}) }, "rule_silence_alone"},
		"human on follow": {func(d *bot.RuleDraft) {
			d.Kind, d.How, d.Patterns, d.Answers = models.RuleEvent, "", []string{"follow"}, []bot.RuleAnswer{{Kind: bot.AnswerHuman}}
		}, "rule_answer_misplaced"},
		"odd account":   {func(d *bot.RuleDraft) { d.Answers = []bot.RuleAnswer{{Kind: bot.AnswerHuman, Account: "a b"}} }, "bad_field"},
		"group of none": {func(d *bot.RuleDraft) { d.Answers[0].Kind = bot.AnswerGroup }, "rule_entry_missing"},
	} {
		d := good()
		c.change(&d)
		if err := d.Check(models.OfficialAccount, bot.DefaultWindows()); models.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	d := good()
	d.How, d.Patterns = models.HowRegex, []string{"优惠(a"}
	e, ok := d.Check(models.OfficialAccount, bot.DefaultWindows()).(*models.Error) //nolint:errorlint // it is made there
	if !ok || fmt.Sprint(e.Args["at"], e.Args["part"]) != "1优惠(a" {
		t.Errorf("a bad pattern says %v", e)
	}
	d.Patterns = []string{"优惠[z-a]"}
	if e, ok := d.Check(models.OfficialAccount, bot.DefaultWindows()).(*models.Error); !ok || e.Args["at"] != 4 || e.Args["part"] != "z-a" { //nolint:errorlint // as above
		t.Errorf("a bad range says %v", e)
	}
}
