package offers

import (
	"cmp"
	"regexp"
	"slices"

	"siyu/models"
)

// Weight says what a finding means.
type Weight string

// The weights of a finding.
const (
	Refused Weight = "refused" // it cannot be handed in so
	Warned  Weight = "warned"  // the brand and the organiser should look
)

// Finding is something in an offer's words that must not, or perhaps should not, be said.
type Finding struct {
	Rule   string // its texts are lint_<rule>, lint_<rule>_source and lint_<rule>_do
	Weight Weight
	Field  string // title, body, ad_label, or words.en.title and the like
	From   int    // the characters of the field it is about; both zero: all of it
	To     int
	Phrase string
}

// Linter knows the rules of conduct. It is safe for concurrent use.
type Linter struct {
	rules  []lintRule
	except []*regexp.Regexp
}

// lintRule is one rule and what breaks it, in folded text.
type lintRule struct {
	code     string
	weight   Weight
	patterns []*regexp.Regexp
}

// Lint lists what is wrong with a draft's words, what is refused first; pure.
func (l *Linter) Lint(d Draft) []Finding {
	all := append(l.read("title", d.Title), l.read("body", d.Body)...)
	for _, w := range d.Words {
		at := "words." + cmp.Or(w.Locale, "own") + "."
		all = append(all, l.read(at+"title", w.Title)...)
		all = append(all, l.read(at+"body", w.Body)...)
		all = append(all, l.read(at+"card_title", w.CardTitle)...)
	}
	if d.AdLabel != "" && !slices.Contains(models.AdLabels(), d.AdLabel) {
		all = append(all, Finding{Rule: "ad_label", Weight: Refused, Field: "ad_label", Phrase: d.AdLabel})
	}
	slices.SortStableFunc(all, func(a, b Finding) int { return cmp.Compare(a.Weight, b.Weight) }) // refused, warned
	return all
}

// Rules names all rules.
func (l *Linter) Rules() []string {
	all := []string{"ad_label"}
	for _, r := range l.rules {
		all = append(all, r.code)
	}
	return all
}

// Read lists what is wrong with one text.
func (l *Linter) Read(text string) []Finding { return l.read("", text) }

func (l *Linter) read(field, text string) []Finding {
	f, runes := fold(text), []rune(text)
	var fine [][]int
	for _, p := range l.except {
		fine = append(fine, p.FindAllStringIndex(f.text, -1)...)
	}
	var all []Finding
	for _, r := range l.rules {
		var seen [][]int // two patterns of a rule may find the same words
		for _, p := range r.patterns {
			for _, at := range p.FindAllStringIndex(f.text, -1) {
				within := func(o []int) bool { return o[0] <= at[0] && at[1] <= o[1] }
				touches := func(o []int) bool { return o[0] < at[1] && at[0] < o[1] }
				if slices.ContainsFunc(fine, within) || slices.ContainsFunc(seen, touches) {
					continue
				}
				seen = append(seen, at)
				from, to := f.at[at[0]], f.at[at[1]-1]+1
				all = append(all, Finding{Rule: r.code, Weight: r.weight, Field: field, From: from, To: to, Phrase: string(runes[from:to])})
			}
		}
	}
	return all
}

// refusal is the error of the first finding that keeps an offer from being handed in; nil if none does.
func refusal(all []Finding) error {
	for _, f := range all {
		if f.Weight == Refused {
			return models.Errorf(models.Invalid, "offer_conduct", "the words break the rule %s", f.Rule).With("field", f.Field).
				With("rule", f.Rule).With("phrase", f.Phrase)
		}
	}
	return nil
}
