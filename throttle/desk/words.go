package desk

import (
	"fmt"
	"strings"
	"time"

	"siyu/models"
)

// auditRoom is how many bytes an audit's detail has room for.
const auditRoom = 500

// inWords is what the audit keeps of a revision: its number, and what it changed as far as there is room. All of it can be
// read from the revisions.
func inWords(r Revision) string {
	b := fmt.Appendf(nil, "rev %d", r.Rev)
	for i, d := range r.Changes {
		word := fmt.Sprintf("; %s %s: %s > %s", d.Effect, d.Field, short(d.Unit, d.From), short(d.Unit, d.To))
		more := fmt.Sprintf("; and %d more", len(r.Changes)-i)
		if len(b)+len(word)+len(more) > auditRoom {
			return string(b) + more
		}
		b = append(b, word...)
	}
	return string(b)
}

// short writes a value of a difference for the audit.
func short(unit Unit, v any) string {
	switch v := v.(type) {
	case nil:
		return "none"
	case models.Cap:
		switch {
		case v.Per == "":
			return fmt.Sprintf("%d %s in %s", v.K, v.Scope, span(v.Window))
		case v.Daily:
			return fmt.Sprintf("%d %s per day, counted by %s", v.K, v.Scope, v.Per)
		}
		return fmt.Sprintf("%d %s per %s", v.K, v.Scope, v.Per)
	case Hours:
		return fmt.Sprintf("%02d:%02d-%02d:%02d", v.Start/60, v.Start%60, v.End/60, v.End%60)
	case Near:
		return fmt.Sprintf("%d%% within %s", v.Percent, span(v.Gap))
	case Seen:
		return fmt.Sprintf("%d in %s for %d%%", v.Most, span(v.Window), v.Percent)
	case models.Holdout:
		return fmt.Sprintf("%d%%+%d%% for %d days", v.Percent, v.HalfPercent, v.SeasonDays)
	case int64:
		if unit == UnitMillis {
			return span(v)
		}
	case string:
		return strings.ToValidUTF8(v[:min(len(v), 60)], "")
	}
	return fmt.Sprint(v)
}

// span writes a length of time in days if it is whole ones.
func span(millis int64) string {
	d := time.Duration(millis) * time.Millisecond
	if days := d / (24 * time.Hour); days > 0 && d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%dd", days)
	}
	return d.String()
}
