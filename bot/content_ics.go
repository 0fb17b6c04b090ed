package bot

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"siyu/models"
)

// ContentWords are the words of a calendar file in somebody's language.
type ContentWords struct {
	Calendar string            // its name, before the group's
	Kinds    map[string]string // by [ContentItem.Kind]
	States   map[string]string // by [ContentItem.State]; one that is not there is left out
}

// ICS writes a group's content as an iCalendar file (RFC 5545) for reading: what people posted by hand and talked is left out.
func (c GroupContent) ICS(words ContentWords, now models.Millis) []byte {
	var b strings.Builder
	line := func(name, value string) { foldLine(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Siyu//content//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", escapeICS(words.Calendar+" "+c.Group.Name))
	line("X-WR-TIMEZONE", escapeICS(c.Group.Zone))
	for _, i := range c.Items {
		if i.Kind != ContentValue && i.Kind != ContentSponsored {
			continue
		}
		line("BEGIN", "VEVENT")
		line("UID", i.uid(c.Group.ID)+"@siyu")
		line("DTSTAMP", stampICS(now))
		line("DTSTART", stampICS(i.At))
		if i.Until > i.At {
			line("DTEND", stampICS(i.Until))
		}
		line("SUMMARY", escapeICS(i.summary(words)))
		line("CATEGORIES", escapeICS(words.Kinds[i.Kind]))
		line("STATUS", i.status())
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return []byte(b.String())
}

// uid is the same for one post however often the file is made, also after a time of a schedule has become a run.
func (i ContentItem) uid(g models.GroupID) string {
	if i.Placement != 0 {
		return "placement-" + i.Placement.String()
	}
	return fmt.Sprintf("piece-%s-%s-%d", i.PieceID, g, i.Due)
}

func (i ContentItem) summary(words ContentWords) string {
	text := "[" + words.Kinds[i.Kind] + "] " + i.Title
	if i.BrandName != "" {
		text += " · " + i.BrandName
	}
	if state := words.States[i.State]; state != "" {
		text += " (" + state + ")"
	}
	return text
}

func (i ContentItem) status() string {
	switch {
	case i.posted():
		return "CONFIRMED"
	case !i.valuable() && i.Kind == ContentValue:
		return "CANCELLED"
	}
	return "TENTATIVE"
}

func stampICS(at models.Millis) string { return at.Time().Format("20060102T150405Z") }

// escapeICS writes text as a value; a line's end and other control characters cannot be in one.
func escapeICS(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// foldLine writes one line, at most 75 bytes in a row, never in the middle of a character.
func foldLine(b *strings.Builder, text string) {
	const most = 75
	room := most
	for len(text) > room {
		n := room
		for !utf8.RuneStart(text[n]) {
			n--
		}
		b.WriteString(text[:n] + "\r\n ")
		text, room = text[n:], most-1
	}
	b.WriteString(text + "\r\n")
}
