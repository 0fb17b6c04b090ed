package bot

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	fold "golang.org/x/text/width"

	"siyu/models"
)

// Limits of what patterns may cost. RE2 matches in time linear in the text times the size of the program, so both have an
// end; the longest text WeChat lets a person send has 2,048 bytes.
const (
	maxPatterns     = 20
	maxPatternBytes = 256
	maxProgram      = 1000   // instructions
	maxPrograms     = 20_000 // of all rules of a channel together: each of them may look at every message (0.3 s at worst, measured)
	maxWordsBytes   = 2048
)

// NormalText is a text as keywords are compared: without space around it, runs of space as one, full-width forms like
// half-width ones, no difference of case. Simplified and traditional characters stay apart: they are different words to
// whoever wrote them.
func NormalText(s string) string {
	s = strings.ToValidUTF8(clip(s, maxWordsBytes), "")
	// Twice: folding one form can make another that folds again, and what is compared must not depend on how often it
	// was normalised.
	for range 2 {
		s = cases.Fold().String(fold.Fold.String(s))
	}
	return strings.Join(strings.Fields(s), " ")
}

// compilePattern reads a regular expression an organiser wrote. It looks at normalised text and ignores case. A bad one is
// refused with its place.
func compilePattern(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > maxPatternBytes {
		return nil, models.Errorf(models.Invalid, "pattern_too_long", "a pattern has more than %d bytes", maxPatternBytes).
			With("field", "patterns").With("limit", maxPatternBytes)
	}
	size, err := programSize(pattern)
	if err != nil {
		return nil, badPattern(pattern, err)
	}
	if size > maxProgram {
		return nil, models.Errorf(models.Invalid, "pattern_too_complex", "a pattern needs %d steps, at most %d are taken",
			size, maxProgram).With("field", "patterns")
	}
	re, err := regexp.Compile("(?i)" + pattern)
	if err != nil {
		return nil, badPattern(pattern, err)
	}
	if re.MatchString("") {
		return nil, models.Errorf(models.Invalid, "pattern_matches_all", "a pattern matches what says nothing, and so everything").
			With("field", "patterns")
	}
	return re, nil
}

// programSize is how many instructions a pattern is made into.
func programSize(pattern string) (int, error) {
	tree, err := syntax.Parse(pattern, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return 0, err
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return 0, err
	}
	return len(prog.Inst), nil
}

// weight is how many instructions the patterns of a rule are made into; none if they are no regular expressions or the rule
// is not asked.
func weight(enabled bool, how models.RuleHow, patterns []string) int {
	total := 0
	if enabled && how == models.HowRegex {
		for _, p := range patterns {
			n, _ := programSize(p) // one that cannot be read is left out of the book
			total += n
		}
	}
	return total
}

// badPattern says where a pattern cannot be read: at which character, counted from 1, and the part itself.
func badPattern(pattern string, err error) error {
	part, at := pattern, 0
	if e, ok := errors.AsType[*syntax.Error](err); ok && e.Expr != "" {
		part, at = e.Expr, max(0, strings.LastIndex(pattern, e.Expr))
	}
	return (&models.Error{Kind: models.Invalid, Code: "pattern_unreadable", Text: "a pattern cannot be read", Err: err}).
		With("field", "patterns").With("at", utf8.RuneCountInString(pattern[:at])+1).With("part", clip(part, 60))
}
