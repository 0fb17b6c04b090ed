package miniprogram

import (
	"strconv"
	"time"

	"siyu/models"
)

// words are what a reminder has to say, as far as the fields of its template ask for it.
type words struct {
	title  string
	brand  string
	hint   string
	phrase string // up to five Chinese characters: the platform takes no others in such a field
	at     models.Millis
	zone   *time.Location
}

// hintOf is what a reminder says beside the offer's own words, in a member's language.
func hintOf(k models.ReminderKind, lang string) (hint, phrase string) {
	hints := map[models.ReminderKind][3]string{
		models.RemindExpiring: {"快到期了，记得使用", "快到期了，記得使用", "Ends soon"},
		models.RemindOffer:    {"您用过的商家有新优惠", "您用過的商家有新優惠", "New from one you know"},
		models.RemindSilence:  {"好久不见，来看看吧", "好久不見，來看看吧", "Good to see you again"},
	}
	phrases := map[models.ReminderKind]string{models.RemindExpiring: "即将到期", models.RemindOffer: "新优惠", models.RemindSilence: "好久不见"}
	at := 0
	switch lang {
	case "zh-Hant":
		at = 1
	case "en":
		at = 2
	}
	return hints[k][at], phrases[k]
}

// noticeLang is what the platform calls a language.
func noticeLang(lang string) string {
	switch lang {
	case "zh-Hant":
		return "zh_TW"
	case "en":
		return "en_US"
	}
	return "zh_CN"
}

// fill fits what a reminder says into a template's fields by their types; it reports false if a field takes none of it. Pure.
func fill(fields []Field, w words) (map[string]string, bool) {
	data, things := map[string]string{}, []string{w.title, w.brand, w.hint}
	for _, f := range fields {
		var value string
		switch f.Type {
		case "thing":
			value = things[0]
			if len(things) > 1 {
				things = things[1:]
			}
		case "name":
			value = w.brand
		case "time", "date":
			value = w.at.Time().In(w.zone).Format("2006年01月02日 15:04")
		case "number", "character_string":
			value = strconv.Itoa(1)
		case "phrase":
			value = w.phrase
		case "enum", "enum_string", "const":
			if len(f.Enum) > 0 {
				value = f.Enum[0]
			}
		}
		sent, wrong := f.Check(value, true)
		if wrong != "" {
			return nil, false
		}
		data[f.Name] = sent
	}
	return data, len(data) > 0
}
