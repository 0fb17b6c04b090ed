package miniprogram

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"siyu/models"
)

// Field is one place of a subscription template: thing1 has the type thing.
type Field struct {
	Name  string
	Type  string
	Label string   // what the message shows before the value
	Enum  []string // the values it may have; nil: any of its type
}

// fieldLabel finds the fields: "会议时间:{{date2.DATA}}", with either colon.
var fieldLabel = regexp.MustCompile(`([^\n{}]*?)[:\x{FF1A}]?\s*\{\{(\w+)\.DATA\}\}`)

// FieldsOf reads the fields of a template from its text; pure.
func FieldsOf(t models.Template) []Field {
	enums := t.EnumValues()
	var all []Field
	for _, m := range fieldLabel.FindAllStringSubmatch(t.Content, -1) {
		all = append(all, Field{Name: m[2], Type: strings.TrimRight(m[2], "0123456789"), Label: strings.TrimSpace(m[1]),
			Enum: enums[m[2]]})
	}
	return all
}

// fieldRule is what the platform allows in a field of one type. Lengths are in characters, not bytes.
type fieldRule struct {
	most  int
	fits  func(string) bool
	short bool // may be shortened: its meaning survives
}

// fieldRules are the limits of the platform's field types (its documentation of subscribeMessage.send).
func fieldRules() map[string]fieldRule {
	return map[string]fieldRule{
		"thing":            {most: 20, fits: anyText, short: true},
		"number":           {most: 32, fits: regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`).MatchString},
		"letter":           {most: 32, fits: regexp.MustCompile(`^[A-Za-z]+$`).MatchString},
		"symbol":           {most: 5, fits: allOf(isSymbol)},
		"character_string": {most: 32, fits: regexp.MustCompile(`^[\x20-\x7e]+$`).MatchString},
		"time":             {most: 60, fits: isTime},
		"date":             {most: 60, fits: isDate},
		"amount":           {most: 14, fits: regexp.MustCompile(`^\p{Sc}?([0-9]{1,10}|[0-9]{1,9}\.[0-9]{1,9})元?$`).MatchString},
		"phone_number":     {most: 17, fits: regexp.MustCompile(`^[0-9+\-() ]*[0-9][0-9+\-() ]*$`).MatchString},
		"car_number":       {most: 8, fits: regexp.MustCompile(`^[\p{Han}A-Za-z0-9][A-Za-z0-9]*[\p{Han}A-Za-z0-9]$`).MatchString},
		"name":             {most: 20, fits: isName},
		"phrase":           {most: 5, fits: allOf(isHan)},
		"enum":             {most: 20, fits: anyText},
		"enum_string":      {most: 20, fits: anyText},
		"const":            {most: 20, fits: anyText},
	}
}

// What is wrong with a value.
const (
	wrongEmpty   = "empty"
	wrongControl = "control_characters"
	wrongLong    = "too_long"
	wrongForm    = "format"
	wrongEnum    = "not_listed"
	wrongType    = "unknown_type"
	wrongMissing = "missing"
	wrongExtra   = "not_in_template"
)

// Check says what is wrong with a value of the field, "" if nothing is; pure. shorten cuts a text that is too long, and
// nothing else, with an ellipsis; it returns the value to send.
func (f Field) Check(value string, shorten bool) (send, wrong string) {
	rule, known := fieldRules()[f.Type]
	switch {
	case !known:
		return value, wrongType
	case strings.TrimSpace(value) == "":
		return value, wrongEmpty
	case !utf8.ValidString(value) || strings.ContainsFunc(value, isControl):
		return value, wrongControl
	case f.Enum != nil && !slices.Contains(f.Enum, value):
		return value, wrongEnum
	}
	if f.Enum == nil && utf8.RuneCountInString(value) > rule.most {
		if !shorten || !rule.short {
			return value, wrongLong
		}
		value = Shorten(value, rule.most)
	}
	if f.Enum == nil && !rule.fits(value) {
		return value, wrongForm
	}
	return value, ""
}

// Shorten cuts a text to at most n characters, the last of them an ellipsis if something was cut; pure.
func Shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return strings.TrimRightFunc(string(runes[:n-1]), unicode.IsSpace) + "…"
}

func isControl(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
func isHan(r rune) bool     { return unicode.Is(unicode.Han, r) }
func isSymbol(r rune) bool  { return unicode.IsPunct(r) || unicode.IsSymbol(r) }
func anyText(string) bool   { return true }

func allOf(is func(rune) bool) func(string) bool {
	return func(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return !is(r) }) }
}

// isName: ten characters if any of them is Han, else twenty letters and symbols.
func isName(s string) bool {
	if strings.ContainsFunc(s, isHan) {
		return utf8.RuneCountInString(s) <= 10 && !strings.ContainsFunc(s, unicode.IsDigit)
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !isSymbol(r) && r != ' ' })
}

var (
	dayForm  = regexp.MustCompile(`^(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?$`)
	hourForm = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::(\d{2}))?$`)
)

// isTime: 15:01, or 2019年10月1日 15:01, or two of them with ~ between.
func isTime(s string) bool {
	return eachMoment(s, func(day, hour string) bool { return hour != "" && (day == "" || isDay(day)) })
}

// isDate: 2019年10月1日, or 2019年10月1日 15:01, or two of them with ~ between; the second may be the hour alone.
func isDate(s string) bool {
	first := true
	return eachMoment(s, func(day, hour string) bool {
		fits := isDay(day) || (!first && day == "" && hour != "")
		first = false
		return fits
	})
}

// eachMoment splits a range into its one or two moments, and those into day and hour.
func eachMoment(s string, fits func(day, hour string) bool) bool {
	parts := strings.Split(s, "~")
	if len(parts) > 2 {
		return false
	}
	for _, p := range parts {
		var day, hour string
		for _, word := range strings.Fields(p) {
			switch {
			case isHour(word) && hour == "":
				hour = word
			case day == "" && hour == "":
				day = word
			default:
				return false
			}
		}
		if !fits(day, hour) {
			return false
		}
	}
	return true
}

func isDay(s string) bool {
	m := dayForm.FindStringSubmatch(s)
	if len(m) != 4 {
		return false
	}
	y, mon, d := number(m[1]), number(m[2]), number(m[3])
	at := time.Date(y, time.Month(mon), d, 0, 0, 0, 0, time.UTC)
	return at.Year() == y && int(at.Month()) == mon && at.Day() == d
}

func isHour(s string) bool {
	m := hourForm.FindStringSubmatch(s)
	return len(m) == 4 && number(m[1]) < 24 && number(m[2]) < 60 && number(m[3]) < 60
}

// number reads digits that a pattern has let through.
func number(s string) int {
	n, _ := strconv.Atoi(s) // "" is 0
	return n
}
