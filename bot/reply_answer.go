package bot

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// AnswerKind is what sort of answer a rule gives.
type AnswerKind string

// The kinds of answer.
const (
	AnswerText    AnswerKind = "text"
	AnswerImage   AnswerKind = "image"   // a picture uploaded before
	AnswerNews    AnswerKind = "news"    // one article; WeChat takes no more in answer to an ordinary message
	AnswerCard    AnswerKind = "card"    // a Mini Program card; only as a customer-service message
	AnswerGroup   AnswerKind = "group"   // a text that leads to a group
	AnswerHuman   AnswerKind = "human"   // hands the conversation to customer service; only in answer to a message
	AnswerSilence AnswerKind = "silence" // nothing is said
)

// The languages members read.
const (
	LangHans = "zh-Hans"
	LangHant = "zh-Hant"
	LangEn   = "en"
)

// Words are what an answer says in one language.
type Words struct {
	Text        string `json:"text,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
}

// RuleAnswer is one answer of a rule, in every language it has.
type RuleAnswer struct {
	Kind    AnswerKind       `json:"kind"`
	Words   map[string]Words `json:"words,omitempty"`
	MediaID string           `json:"media_id,omitempty"` // the picture; of a card or a Mini Program's link, its thumbnail
	URL     string           `json:"url,omitempty"`      // of news
	PicURL  string           `json:"pic_url,omitempty"`  // of news
	Page    string           `json:"page,omitempty"`     // of a card: the Mini Program's page and its query
	Entry   string           `json:"entry,omitempty"`    // of a group: the code of the entry; empty: the one she came by
	Account string           `json:"account,omitempty"`  // of human: one agent; empty: whoever is free
}

// ReadAnswers reads what a rule stores.
func ReadAnswers(text string) ([]RuleAnswer, error) {
	var all []RuleAnswer
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	return all, nil
}

// writeAnswers writes what a rule stores.
func writeAnswers(all []RuleAnswer) string {
	text, err := json.Marshal(all)
	if err != nil { // a map of strings always marshals
		return "[]"
	}
	return string(text)
}

// in returns the words in a language, or in the one that its readers understand best.
func (a RuleAnswer) in(lang string) Words {
	for _, l := range fallback(lang) {
		if w, ok := a.Words[l]; ok {
			return w
		}
	}
	return Words{}
}

// fallback lists the languages in the order in which somebody who reads lang would choose them.
func fallback(lang string) []string {
	switch lang {
	case LangHant:
		return []string{LangHant, LangHans, LangEn}
	case LangEn:
		return []string{LangEn, LangHans, LangHant}
	}
	return []string{LangHans, LangHant, LangEn}
}

// memberLang maps the language WeChat tells of a person to one of ours; "" for none told. Who reads neither Chinese nor
// English is likelier to read English.
func memberLang(wechat string) string {
	switch l := strings.ToLower(strings.ReplaceAll(wechat, "-", "_")); {
	case l == "":
		return ""
	case l == "zh_tw" || l == "zh_hk" || l == "zh_mo" || strings.HasPrefix(l, "zh_hant"):
		return LangHant
	case strings.HasPrefix(l, "zh"):
		return LangHans
	}
	return LangEn
}

// values are what the places in an answer's words stand for.
type values struct{ community, group, link string }

// places lists the names that words of a kind of answer may have between percent signs.
func places(kind AnswerKind) []string {
	if kind == AnswerGroup {
		return []string{"community", "group", "link"}
	}
	return []string{"community"}
}

// maxName is how many characters of a name are put into an answer.
const maxName = 60

// fill puts values into words. Names are people's own words and are made harmless: see plainName. The link is ours.
func (v values) fill(kind AnswerKind, text string) string {
	pairs := []string{"community", plainName(v.community)}
	if kind == AnswerGroup {
		pairs = append(pairs, "group", plainName(v.group), "link", v.link)
	}
	return fill(text, pairs...)
}

// plainName takes out of a name all that WeChat would not show as a name: marks of a link or of XML, addresses it makes a
// link of by itself, line breaks and control characters.
func plainName(name string) string {
	name = strings.ToValidUTF8(name, "")
	runes := []rune(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }), " "))
	if len(runes) > maxName {
		runes = append(runes[:maxName-1], '…')
	}
	for i, r := range runes {
		switch {
		case r == '<':
			runes[i] = '＜'
		case r == '>':
			runes[i] = '＞'
		case r == '&':
			runes[i] = '＆'
		case r == '%':
			runes[i] = '％'
		case r == ':' && i+1 < len(runes) && runes[i+1] == '/':
			runes[i] = '：'
		case r == '.' && i > 0 && i+1 < len(runes) && runes[i-1] != ' ' && runes[i+1] != ' ':
			runes[i] = '．'
		}
	}
	return string(runes)
}

// Content is an answer ready to be sent: in one language, with everything looked up.
type Content struct {
	Kind        string `json:"kind"` // text, image, news, link, card or human
	Text        string `json:"text,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	PicURL      string `json:"pic_url,omitempty"`
	MediaID     string `json:"media_id,omitempty"`
	AppID       string `json:"app_id,omitempty"`
	Page        string `json:"page,omitempty"`
	Account     string `json:"account,omitempty"`
}

// The kinds of content, where they are not called as their answer is.
const (
	contentText  = string(AnswerText)
	contentImage = string(AnswerImage)
	contentNews  = string(AnswerNews)
	contentCard  = string(AnswerCard)
	contentHuman = string(AnswerHuman)
)

// languages lists what an answer has words in, in a fixed order.
func (a RuleAnswer) languages() []string {
	var all []string
	for _, l := range []string{LangHans, LangHant, LangEn} {
		if _, ok := a.Words[l]; ok {
			all = append(all, l)
		}
	}
	for l := range a.Words {
		if !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	return all
}
