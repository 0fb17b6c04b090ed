package bot

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"siyu/models"
	"siyu/throttle"
)

// MassLimits are the platform's limits of broadcasts.
type MassLimits struct {
	ListMin, ListMax int           // openids of one call
	TextBytes        int           // of a text
	Pictures         int           // of one broadcast
	Remember         time.Duration // how long WeChat knows a clientmsgid: asking again later could send twice
	Again            time.Duration // how soon it may be asked again
	AdminConfirm     time.Duration // how long an administrator may take if the account's sending is protected
}

// DefaultMassLimits are those of the documentation of message/mass. Remember is an hour short of its 24.
func DefaultMassLimits() MassLimits {
	return MassLimits{ListMin: 2, ListMax: 10_000, TextBytes: 2048, Pictures: 20, Remember: 23 * time.Hour, Again: time.Minute,
		AdminConfirm: 30 * time.Minute}
}

// maxMediaID bounds a media_id in bytes; WeChat's have 64 or so.
const maxMediaID = 128

// CheckContent holds a broadcast's content against the limits.
func CheckContent(c models.BroadcastContent, sponsored bool, l MassLimits) error {
	switch c.Kind {
	case "text":
		text := massText(c.Text, sponsored)
		if strings.TrimSpace(c.Text) == "" || len(text) > l.TextBytes || !utf8.ValidString(text) {
			return models.Errorf(models.Invalid, "mass_text", "a text has 1 to %d bytes", l.TextBytes).
				With("field", "content.text").With("max", l.TextBytes)
		}
	case "image":
		odd := slices.ContainsFunc(c.MediaIDs, func(id string) bool { return id == "" || len(id) > maxMediaID })
		if len(c.MediaIDs) == 0 || len(c.MediaIDs) > l.Pictures || odd {
			return models.Errorf(models.Invalid, "mass_pictures", "a broadcast has 1 to %d pictures", l.Pictures).
				With("field", "content.media_ids").With("max", l.Pictures)
		}
		if caption := massText(c.Caption, sponsored); len(caption) > l.TextBytes || !utf8.ValidString(caption) {
			return models.Errorf(models.Invalid, "mass_text", "a caption has at most %d bytes", l.TextBytes).
				With("field", "content.caption").With("max", l.TextBytes)
		}
	case "news":
		if len(c.MediaIDs) != 1 || c.MediaIDs[0] == "" || len(c.MediaIDs[0]) > maxMediaID {
			return models.Errorf(models.Invalid, "mass_draft", "choose one draft").With("field", "content.media_ids")
		}
	default:
		return models.Errorf(models.Invalid, "mass_kind", "unknown kind of broadcast").With("field", "content.kind")
	}
	return nil
}

// onlyMeant is a broadcast's content without what its kind does not use.
func onlyMeant(c models.BroadcastContent) models.BroadcastContent {
	switch c.Kind {
	case "text":
		return models.BroadcastContent{Kind: c.Kind, Text: c.Text}
	case "image":
		return models.BroadcastContent{Kind: c.Kind, MediaIDs: c.MediaIDs, Caption: c.Caption}
	}
	return models.BroadcastContent{Kind: c.Kind, MediaIDs: c.MediaIDs}
}

// massText is a text as it is sent: what sells says so first.
func massText(text string, sponsored bool) string {
	if sponsored && !strings.HasPrefix(text, AdLabel) {
		return AdLabel + text
	}
	return text
}

// ChinaMonth is the month in which the platform counts a time, such as 202611: that of China's calendar.
func ChinaMonth(at models.Millis) int {
	t := at.Time().In(time.FixedZone("China", 8*60*60))
	return t.Year()*100 + int(t.Month())
}

// MonthForecast says how many members have how many messages of the month left: Left[0] have none and would be skipped
// without a word. It knows what was sent from here; WeChat's own console counts too, so members may have fewer left.
type MonthForecast struct {
	People int
	Left   []int
}

// ForecastMonth counts members by what they have left. A subscription account (limit 0) has no such limit.
func ForecastMonth(people []models.MemberID, sent map[models.MemberID]int, limit int) MonthForecast {
	f := MonthForecast{People: len(people), Left: make([]int, limit+1)}
	for _, m := range people {
		f.Left[max(limit-sent[m], 0)]++
	}
	if limit == 0 {
		f.Left = nil
	}
	return f
}

// Skips is how many would be skipped without a word.
func (f MonthForecast) Skips() int {
	if len(f.Left) == 0 {
		return 0
	}
	return f.Left[0]
}

// splitList cuts a list into parts of at most most, none with fewer than least if there are that many at all.
func splitList[T any](all []T, least, most int) [][]T {
	var parts [][]T
	for len(all) > 0 {
		n := min(len(all), most)
		if rest := len(all) - n; rest > 0 && rest < least {
			n -= least - rest
		}
		parts = append(parts, all[:n])
		all = all[n:]
	}
	return parts
}

// quietUntil tells until when broadcasts rest at a time; zero if they do not. A zone that cannot be read is an error:
// nothing is sent then.
func quietUntil(s models.BroadcastSettings, zone string, at models.Millis) (models.Millis, error) {
	q, err := throttle.NewQuiet(zone, throttle.Hours{From: s.QuietFrom, To: s.QuietTo})
	if err != nil {
		return 0, err
	}
	quiet, until := q.Span(int64(at))
	if !quiet {
		return 0, nil
	}
	return models.Millis(until), nil
}

// monthly is how many messages a follower may get in a month; 0: the account has no such limit.
func monthly(s models.BroadcastSettings) int {
	if s.Kind == models.SubscriptionAccount {
		return 0
	}
	return s.Monthly
}

// massResult gives the platform's word for how a broadcast ended ours: empty for well.
func massResult(status string) string {
	inner, isCode := strings.CutPrefix(status, "err(")
	switch {
	case status == "send success" || status == "sendsuccess":
		return ""
	case !isCode:
		return "send_fail"
	}
	known := map[string]string{"10001": "ad", "20001": "politics", "20002": "porn", "20004": "social", "20006": "crime",
		"20008": "fraud", "20013": "copyright", "21000": "other", "22000": "mutual", "30001": "original", "30002": "original",
		"30003": "original", "40001": "admin_refused", "40002": "admin_timeout"}
	if word := known[strings.TrimSuffix(inner, ")")]; word != "" {
		return word
	}
	return "send_fail"
}
