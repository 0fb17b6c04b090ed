package bot

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"siyu/models"
)

// Limits of what a rule may say. Titles and descriptions have no documented limit; these are what a phone shows.
const (
	maxRuleName    = 60 // characters
	maxTitle       = 64 // characters
	maxDescription = 120
	maxKeyBytes    = 128 // of a menu item, as the menu takes it
	maxPage        = 1024
	maxURL         = 1024
	maxAccount     = 64  // bytes; ours: the platform's look like name@account
	maxLinkBytes   = 300 // of what %link% stands for: our own address and a code
)

// RuleDraft is a reply rule as an organiser writes it.
type RuleDraft struct {
	Name     string
	Kind     models.RuleKind
	How      models.RuleHow
	Patterns []string
	Answers  []RuleAnswer
	Enabled  bool
}

// Check refuses what would not work when somebody waits for the answer. windows says how many messages may follow.
func (d RuleDraft) Check(channel models.ChannelKind, windows Windows) error {
	if n := utf8.RuneCountInString(d.Name); n == 0 || n > maxRuleName || strings.TrimSpace(d.Name) == "" {
		return models.Errorf(models.Invalid, "bad_field", "a rule needs a name of at most %d characters", maxRuleName).With("field", "name")
	}
	if err := d.checkPatterns(); err != nil {
		return err
	}
	if len(d.Answers) == 0 {
		return bad("answers", "rule_answers_missing", "a rule needs an answer; silence is one")
	}
	if most := d.most(channel, windows); len(d.Answers) > most {
		return bad("answers", "rule_answers_many", "more answers than the platform lets us give").With("limit", most)
	}
	handed := 0
	for _, a := range d.Answers {
		if err := d.checkAnswer(channel, a); err != nil {
			return err
		}
		if a.Kind == AnswerHuman {
			handed++
		}
	}
	if handed > 1 {
		return bad("answers", "rule_answer_misplaced", "a conversation is handed over once")
	}
	return nil
}

// bad is a fault in one field of a rule.
func bad(field, code, text string) *models.Error {
	return (&models.Error{Kind: models.Invalid, Code: code, Text: text}).With("field", field)
}

// most is how many answers a rule may give: what its window allows, and on an Official Account one more, which goes out with
// the answer to the push.
func (d RuleDraft) most(channel models.ChannelKind, windows Windows) int {
	n := windows.Message.Quota
	switch d.Kind {
	case models.RuleMenu:
		n = windows.Menu.Quota
	case models.RuleEntry:
		n = min(windows.Follow.Quota, windows.Scan.Quota)
	case models.RuleEvent:
		for _, p := range d.Patterns {
			if kind, ok := eventWindow(p); ok {
				n = min(n, windows.limit(kind).Quota)
			}
		}
	case models.RuleKeyword, models.RuleOutside, models.RuleDefault:
	}
	if channel == models.OfficialAccount {
		n++
	}
	return n
}

// eventWindow is the window that an event opens, if it is not that of a message.
func eventWindow(event string) (models.WindowKind, bool) {
	switch event {
	case EventFollow:
		return models.WindowFollow, true
	case EventScan:
		return models.WindowScan, true
	case EventMenuScan:
		return models.WindowMenu, true
	case EventHelp:
		return models.WindowHelp, true
	}
	return "", false
}

func (d RuleDraft) checkPatterns() error {
	if len(d.Patterns) > maxPatterns {
		return models.Errorf(models.Invalid, "rule_patterns_many", "more than %d patterns", maxPatterns).
			With("field", "patterns").With("limit", maxPatterns)
	}
	if d.Kind == models.RuleKeyword != (d.How != "") {
		return models.Errorf(models.Invalid, "bad_field", "only keywords are looked for in a way").With("field", "how")
	}
	switch d.Kind {
	case models.RuleKeyword:
		return d.checkKeywords()
	case models.RuleEvent:
		return d.checkEvents()
	case models.RuleMenu, models.RuleEntry:
		for _, p := range d.Patterns {
			if p == "" || len(p) > maxKeyBytes {
				return badPart(p)
			}
		}
		return nil
	case models.RuleOutside, models.RuleDefault:
		if len(d.Patterns) > 0 {
			return badPart(d.Patterns[0])
		}
		return nil
	}
	return models.Errorf(models.Invalid, "bad_field", "no such kind of rule").With("field", "kind")
}

func (d RuleDraft) checkKeywords() error {
	if len(d.Patterns) == 0 {
		return models.Errorf(models.Invalid, "rule_patterns_missing", "a keyword is missing").With("field", "patterns")
	}
	for _, p := range d.Patterns {
		if len(p) > maxPatternBytes {
			return models.Errorf(models.Invalid, "pattern_too_long", "a pattern has more than %d bytes", maxPatternBytes).
				With("field", "patterns").With("limit", maxPatternBytes)
		}
		if !utf8.ValidString(p) || NormalText(p) == "" {
			return badPart(p)
		}
	}
	_, err := keywordTest(d.How, d.Patterns)
	if err != nil && !models.IsKind(err, models.Invalid) {
		return models.Errorf(models.Invalid, "bad_field", "no such way to look for a keyword").With("field", "how")
	}
	return err
}

func (d RuleDraft) checkEvents() error {
	if len(d.Patterns) == 0 {
		return models.Errorf(models.Invalid, "rule_patterns_missing", "an event is missing").With("field", "patterns")
	}
	for _, p := range d.Patterns {
		if !slices.Contains(RuleEvents(), p) {
			return badPart(p)
		}
	}
	return nil
}

func badPart(part string) error {
	return models.Errorf(models.Invalid, "rule_pattern_unknown", "nothing ever comes that this matches").
		With("field", "patterns").With("part", clip(strings.ToValidUTF8(part, ""), 60))
}

// answersMessages reports whether everything the rule matches is a message: only messages can be handed over.
func (d RuleDraft) answersMessages() bool {
	switch d.Kind {
	case models.RuleKeyword, models.RuleOutside, models.RuleDefault:
		return true
	case models.RuleEvent:
		return !slices.ContainsFunc(d.Patterns, func(p string) bool { return !slices.Contains(mediaEvents(), p) })
	case models.RuleMenu, models.RuleEntry:
	}
	return false
}

func (d RuleDraft) checkAnswer(channel models.ChannelKind, a RuleAnswer) error {
	misplaced := bad("answers", "rule_answer_misplaced", "such an answer cannot be given here").With("kind", string(a.Kind))
	switch a.Kind {
	case AnswerSilence:
		if len(d.Answers) > 1 {
			return bad("answers", "rule_silence_alone", "silence and an answer exclude each other")
		}
		return nil
	case AnswerHuman:
		if !d.answersMessages() {
			return misplaced
		}
		if len(a.Account) > maxAccount || strings.ContainsFunc(a.Account, func(r rune) bool { return r <= ' ' }) {
			return models.Errorf(models.Invalid, "bad_field", "not the account of customer service").With("field", "account")
		}
		return nil
	case AnswerImage:
		return need(a.MediaID, "media_id")
	case AnswerText:
		return a.checkWords(func(w Words) string { return w.Text }, maxTextBytes, 0)
	case AnswerGroup:
		if a.Entry == "" && d.Kind != models.RuleEntry {
			return bad("answers", "rule_entry_missing", "say which entry leads to the group")
		}
		return a.checkWords(func(w Words) string { return w.Text }, maxTextBytes, 0)
	case AnswerNews:
		if err := a.checkNews(); err != nil {
			return err
		}
		return a.checkTitles()
	case AnswerCard:
		if err := need(a.MediaID, "media_id"); err != nil {
			return err
		}
		if len(a.Page) > maxPage || a.Page == "" || strings.HasPrefix(a.Page, "/") || strings.ContainsAny(a.Page, " \r\n<>") {
			return models.Errorf(models.Invalid, "bad_field", "not the page of a Mini Program").With("field", "page")
		}
		return a.checkTitles()
	}
	if channel == models.WeCom {
		return misplaced
	}
	return models.Errorf(models.Invalid, "bad_field", "no such kind of answer").With("field", "kind")
}

func need(value, field string) error {
	if value == "" || len(value) > 255 {
		return models.Errorf(models.Invalid, "bad_field", "%s is missing", field).With("field", field)
	}
	return nil
}

// checkNews takes https only: WeChat warns its members before any other page.
func (a RuleAnswer) checkNews() error {
	for _, at := range [][2]string{{"url", a.URL}, {"pic_url", a.PicURL}} {
		field, link := at[0], at[1]
		u, err := url.Parse(link)
		if link == "" && field == "pic_url" {
			continue
		}
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(link) > maxURL {
			return bad(field, "rule_link_bad", "not a link that starts with https://")
		}
	}
	return nil
}

func (a RuleAnswer) checkTitles() error {
	if err := a.checkWords(func(w Words) string { return w.Title }, 0, maxTitle); err != nil {
		return err
	}
	for _, w := range a.Words {
		if w.Description == "" {
			continue
		}
		if err := checkText(a.Kind, w.Description, 0, maxDescription); err != nil {
			return err
		}
	}
	return nil
}

// checkWords wants words in one of our languages at least, and each within its limit.
func (a RuleAnswer) checkWords(of func(Words) string, maxBytes, maxRunes int) error {
	if len(a.Words) == 0 {
		return bad("answers", "rule_words_missing", "an answer says nothing")
	}
	for _, lang := range a.languages() {
		if !slices.Contains(fallback(""), lang) {
			return bad("answers", "rule_lang_unknown", "members are answered in zh-Hans, zh-Hant or en").With("part", clip(strings.ToValidUTF8(lang, ""), 20))
		}
		if err := checkText(a.Kind, of(a.Words[lang]), maxBytes, maxRunes); err != nil {
			return err
		}
	}
	return nil
}

// placePattern finds what looks like a place for a value.
var placePattern = regexp.MustCompile(`%([A-Za-z_]+)%`)

// checkText measures a text as it may come out: with the longest values in its places.
func checkText(kind AnswerKind, text string, maxBytes, maxRunes int) error {
	if strings.TrimSpace(text) == "" || !utf8.ValidString(text) {
		return bad("answers", "rule_words_missing", "an answer says nothing")
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }) {
		return bad("answers", "rule_words_control", "an answer has control characters")
	}
	for _, m := range placePattern.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(places(kind), m[1]) {
			return bad("answers", "rule_place_unknown", "nothing is put into this place").With("part", clip(m[0], 60))
		}
	}
	name := strings.Repeat("字", maxName)
	longest := fill(text, "community", name, "group", name, "link", strings.Repeat("x", maxLinkBytes))
	if maxBytes > 0 && len(longest) > maxBytes {
		return bad("answers", "rule_answer_long", "an answer is too long").With("limit", maxBytes).With("size", len(longest))
	}
	if n := utf8.RuneCountInString(text); maxRunes > 0 && n > maxRunes {
		return bad("answers", "rule_answer_long", "an answer is too long").With("limit", maxRunes).With("size", n)
	}
	return nil
}
