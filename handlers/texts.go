package handlers

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed texts/*.json
var textFiles embed.FS

// The languages of server texts.
const (
	zhHans  = "zh-Hans"
	zhHant  = "zh-Hant" // only what members read outside the console
	english = "en"
)

// texts are the words that people read, in every language.
type texts struct{ bundle *i18n.Bundle }

func newTexts() (*texts, error) {
	b := i18n.NewBundle(language.SimplifiedChinese)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, lang := range []string{zhHans, zhHant, english} {
		if _, err := b.LoadMessageFileFS(textFiles, "texts/"+lang+".json"); err != nil {
			return nil, fmt.Errorf("read the texts of %s: %w", lang, err)
		}
	}
	return &texts{bundle: b}, nil
}

// say returns the text of id in a language. A text that is missing must never hide the failure it is about: then it
// is the general one.
func (t *texts) say(lang, id string, args map[string]any) string {
	l := i18n.NewLocalizer(t.bundle, lang)
	text, err := l.Localize(&i18n.LocalizeConfig{MessageID: id, TemplateData: args})
	if lang == zhHant && (err != nil || text == "") {
		return t.say(zhHans, id, args) // only what members and clerks read most is there
	}
	if err != nil || text == "" {
		text, _ = l.Localize(&i18n.LocalizeConfig{MessageID: "error_internal"})
	}
	return text
}

// requestLanguage is what the reader asked for; Chinese unless English comes first.
func requestLanguage(c *gin.Context) string {
	tags, _, err := language.ParseAcceptLanguage(c.GetHeader("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return zhHans
	}
	if base, _ := tags[0].Base(); strings.EqualFold(base.String(), english) {
		return english
	}
	return zhHans
}

// failureLanguage is the language a failure is told in: members and clerks read Traditional Chinese as well.
func failureLanguage(c *gin.Context) string {
	path := c.Request.URL.Path
	if strings.HasPrefix(path, "/api/mini/") || strings.HasPrefix(path, "/api/staff/") {
		return pageLanguage(c)
	}
	return requestLanguage(c)
}

// pageLanguage is the language of a page that members read: the one they chose on it, else what their browser asks for.
func pageLanguage(c *gin.Context) string {
	all := []string{zhHans, zhHant, english}
	if chosen := c.Query("lang"); slices.Contains(all, chosen) {
		return chosen
	}
	tags, _, err := language.ParseAcceptLanguage(c.GetHeader("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return zhHans
	}
	matcher := language.NewMatcher([]language.Tag{language.SimplifiedChinese, language.TraditionalChinese, language.English})
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return zhHans
	}
	return all[i]
}
