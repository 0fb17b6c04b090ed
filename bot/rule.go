package bot

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"siyu/models"
)

// Input is what came, as reply rules look at it.
type Input struct {
	Event string        // what it is, one of [RuleEvents] or EventText or EventMenu
	Text  string        // what she wrote
	Key   string        // of the menu item she tapped
	Entry string        // the code of the tracked entry she came by
	Now   models.Millis // decides whether the community is open
}

// What came that rules of their own are for.
const (
	EventText = "text" // keyword rules
	EventMenu = "menu" // menu rules
)

// What event rules can name.
const (
	EventFollow   = "follow" // without a tracked entry; one with an entry is for entry rules
	EventScan     = "scan"   // a code that is no entry of ours
	EventMenuScan = "menu_scan"
	EventHelp     = "help_opened"
	EventImage    = "image"
	EventVoice    = "voice"
	EventVideo    = "video"
	EventPlace    = "location"
	EventLink     = "link"
	EventCard     = "card"
	EventOther    = "other" // a message of a type that the platform has invented since
)

// RuleEvents lists what event rules can name.
func RuleEvents() []string {
	return append([]string{EventFollow, EventScan, EventMenuScan, EventHelp}, mediaEvents()...)
}

// mediaEvents are messages that are no text.
func mediaEvents() []string {
	return []string{EventImage, EventVoice, EventVideo, EventPlace, EventLink, EventCard, EventOther}
}

// isMessage reports whether she sent something, so that the rules for any message look at it.
func (in Input) isMessage() bool {
	return in.Event == EventText || slices.Contains(mediaEvents(), in.Event)
}

// RuleBook is the compiled rules of one channel. It never changes and is safe for concurrent use.
type RuleBook struct {
	rules []compiledRule
	hours []models.OpenHours
	zone  *time.Location
}

type compiledRule struct {
	rule    models.ReplyRule
	answers []RuleAnswer
	test    func(seen) bool
}

// seen is an Input and what is worked out once for all rules.
type seen struct {
	Input
	words string // normalised
	open  bool
}

// CompileRules makes a channel's rules ready to be asked. Rules that cannot be read are left out and told in the error: one
// bad rule must not silence the others.
func CompileRules(rules []models.ReplyRule, hours []models.OpenHours, zone *time.Location) (*RuleBook, error) {
	b := &RuleBook{hours: hours, zone: zone}
	var errs []error
	for _, r := range rules {
		if !r.Enabled {
			continue
		}
		c, err := compileRule(r)
		if err != nil {
			errs = append(errs, fmt.Errorf("reply rule %s: %w", r.ID, err))
			continue
		}
		b.rules = append(b.rules, c)
	}
	// Default rules speak when no other has matched, wherever they stand.
	slices.SortStableFunc(b.rules, func(x, y compiledRule) int {
		return cmp.Or(cmp.Compare(last(x.rule), last(y.rule)), cmp.Compare(x.rule.Position, y.rule.Position),
			cmp.Compare(x.rule.ID, y.rule.ID))
	})
	return b, errors.Join(errs...)
}

func last(r models.ReplyRule) int {
	if r.Kind == models.RuleDefault {
		return 1
	}
	return 0
}

// Match finds the rule that answers: the first one, in the organiser's order, that matches.
func (b *RuleBook) Match(in Input) (models.ReplyRule, []RuleAnswer, bool) {
	s := seen{Input: in, open: Open(b.hours, in.Now.Time().In(b.zone))}
	if in.Event == EventText {
		s.words = NormalText(in.Text)
	}
	for _, c := range b.rules {
		if c.test(s) {
			return c.rule, c.answers, true
		}
	}
	return models.ReplyRule{}, nil, false
}

func compileRule(r models.ReplyRule) (compiledRule, error) {
	answers, err := ReadAnswers(r.Answers)
	if err != nil {
		return compiledRule{}, err
	}
	test, err := testOf(r.Kind, r.How, r.Patterns.List())
	return compiledRule{rule: r, answers: answers, test: test}, err
}

// testOf makes the question a rule asks.
func testOf(kind models.RuleKind, how models.RuleHow, patterns []string) (func(seen) bool, error) {
	anyOf := func(s string) bool { return len(patterns) == 0 || slices.Contains(patterns, s) }
	switch kind {
	case models.RuleKeyword:
		return keywordTest(how, patterns)
	case models.RuleEvent:
		return func(s seen) bool { return slices.Contains(patterns, s.Event) && s.Entry == "" }, nil
	case models.RuleMenu:
		return func(s seen) bool { return s.Event == EventMenu && anyOf(s.Key) }, nil
	case models.RuleEntry:
		return func(s seen) bool {
			return s.Entry != "" && (s.Event == EventFollow || s.Event == EventScan) && anyOf(s.Entry)
		}, nil
	case models.RuleOutside:
		return func(s seen) bool { return !s.open && s.isMessage() }, nil
	case models.RuleDefault:
		return func(s seen) bool { return s.isMessage() }, nil
	}
	return nil, fmt.Errorf("unknown kind of rule %q", kind)
}

func keywordTest(how models.RuleHow, patterns []string) (func(seen) bool, error) {
	words := make([]string, len(patterns))
	for i, p := range patterns {
		words[i] = NormalText(p)
	}
	switch how {
	case models.HowExact:
		return func(s seen) bool { return s.Event == EventText && slices.Contains(words, s.words) }, nil
	case models.HowContains:
		return func(s seen) bool {
			return s.Event == EventText && slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s.words, w) })
		}, nil
	case models.HowRegex:
		all := make([]*regexp.Regexp, len(patterns))
		for i, p := range patterns {
			re, err := compilePattern(p)
			if err != nil {
				return nil, err
			}
			all[i] = re
		}
		return func(s seen) bool {
			return s.Event == EventText && slices.ContainsFunc(all, func(re *regexp.Regexp) bool { return re.MatchString(s.words) })
		}, nil
	}
	return nil, fmt.Errorf("unknown way to look for a keyword %q", how)
}
