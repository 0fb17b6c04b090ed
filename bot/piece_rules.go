package bot

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"siyu/models"
)

// PieceLimits are what a piece may be. Those of texts are WeCom's of a group message; the rest is ours.
type PieceLimits struct {
	TextBytes      int // of the text
	TitleRunes     int // of the organiser's title
	LinkTitleBytes int // of a web page
	LinkDescBytes  int
	PageTitleBytes int           // of a Mini Program card
	PictureBytes   int           // of the picture
	Window         time.Duration // for how long after its time a piece may be posted, if nobody says
	WindowMin      time.Duration
	WindowMax      time.Duration
}

// DefaultPieceLimits are those of add_msg_template's documentation: text 4,000 bytes, link title 128 and description 512, card
// title 64. A picture is kept in the database, so it may have 2 MB, of WeCom's 10.
func DefaultPieceLimits() PieceLimits {
	return PieceLimits{TextBytes: wecomTextBytes, TitleRunes: 60, LinkTitleBytes: 128, LinkDescBytes: 512, PageTitleBytes: wecomTitleBytes,
		PictureBytes: 2 << 20, Window: 4 * time.Hour, WindowMin: 15 * time.Minute, WindowMax: 48 * time.Hour}
}

// PieceDraft is what an organiser says of a piece.
type PieceDraft struct {
	Title      string
	Text       string
	PictureID  models.PictureID // zero: none
	Attachment *PieceAttachment // nil: none
	Audience   models.PieceAudience
	Schedule   *models.Schedule // nil: none yet
	Zone       string           // IANA, that the schedule's times are in; empty: each group's own
	Window     time.Duration    // for how long after its time it may be posted; 0: the default
	Exact      bool             // quiet hours do not shift it
}

// PieceAttachment is a web page or a page of the Mini Program that a piece carries.
type PieceAttachment struct {
	Kind  string `json:"kind"` // [models.AttachLink] or [models.AttachPage]
	Title string `json:"title"`
	Desc  string `json:"desc"` // of a web page
	URL   string `json:"url"`  // of a page of the Mini Program, its path
}

// CheckPiece holds what an organiser says of a piece against the limits.
func CheckPiece(d PieceDraft, l PieceLimits) error {
	title := utf8.RuneCountInString(strings.TrimSpace(d.Title))
	switch {
	case title == 0 || title > l.TitleRunes || !utf8.ValidString(d.Title):
		return models.Errorf(models.Invalid, "piece_title", "a title has 1 to %d characters", l.TitleRunes).
			With("field", "title").With("max", l.TitleRunes)
	case len(d.Text) > l.TextBytes || !utf8.ValidString(d.Text):
		return models.Errorf(models.Invalid, "piece_text", "a text has at most %d bytes", l.TextBytes).
			With("field", "text").With("max", l.TextBytes)
	case strings.TrimSpace(d.Text) == "" && d.PictureID == 0 && d.Attachment == nil:
		return models.Errorf(models.Invalid, "piece_empty", "a piece says or shows something").With("field", "text")
	case d.Window != 0 && (d.Window < l.WindowMin || d.Window > l.WindowMax):
		return models.Errorf(models.Invalid, "piece_window", "a piece may be posted for 15 minutes to 48 hours").With("field", "window")
	}
	if d.Zone != "" {
		if err := CheckZone(d.Zone); err != nil {
			return err
		}
	}
	if err := checkPieceGroups(d.Audience); err != nil {
		return err
	}
	if d.Schedule != nil {
		if err := d.Schedule.Validate(); err != nil {
			return err
		}
	}
	return d.Attachment.check(l)
}

// mostChosen bounds how many groups are chosen one by one.
const mostChosen = 2000

func checkPieceGroups(a models.PieceAudience) error {
	switch a.Kind {
	case models.AudienceAll, models.AudienceWeCom, models.AudienceOrdinary:
		return nil
	case models.AudienceChosen:
		if len(a.Groups) > 0 && len(a.Groups) <= mostChosen {
			return nil
		}
	}
	return models.Errorf(models.Invalid, "piece_audience", "choose the groups").With("field", "audience")
}

func (a *PieceAttachment) check(l PieceLimits) error {
	if a == nil {
		return nil
	}
	wrong := func(field string) error {
		return models.Errorf(models.Invalid, "piece_attachment", "what the piece carries cannot be posted").With("field", "attachment."+field)
	}
	most := l.LinkTitleBytes
	if a.Kind == models.AttachPage {
		most = l.PageTitleBytes
	}
	if strings.TrimSpace(a.Title) == "" || len(a.Title) > most || !utf8.ValidString(a.Title) {
		return wrong("title")
	}
	if len(a.Desc) > l.LinkDescBytes || !utf8.ValidString(a.Desc) {
		return wrong("desc")
	}
	u, err := url.Parse(a.URL)
	if err != nil || len(a.URL) > maxPieceURL {
		return wrong("url")
	}
	switch {
	case a.Kind == models.AttachLink && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "":
		return nil
	case a.Kind == models.AttachPage && u.Scheme == "" && u.Host == "" && u.Path != "" && u.Fragment == "" && !u.Query().Has("p") &&
		!strings.ContainsAny(a.URL, " \t\r\n"):
		return nil
	case a.Kind != models.AttachLink && a.Kind != models.AttachPage:
		return wrong("kind")
	}
	return wrong("url")
}

// maxPieceURL is how long an address may be, bytes.
const maxPieceURL = 1000
