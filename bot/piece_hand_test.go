package bot_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/models"
)

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))))
	return b.Bytes()
}

// TestPiecePage: the page of a piece's task shows its text and picture, and a card only if it carries a page of the Mini
// Program, with the run's code in its path.
func TestPiecePage(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	g := b.byHandIn(t, "西岸群", "America/Vancouver")
	p, err := b.bot.AddPiecePicture(t.Context(), b.community, 1, picture(t, 30, 20))
	must(t, err)
	again, err := b.bot.AddPiecePicture(t.Context(), b.community, 2, picture(t, 30, 20))
	must(t, err)
	if again.ID != p.ID {
		t.Error("the same picture is kept twice")
	}
	if _, err := b.bot.AddPiecePicture(t.Context(), b.community, 1, []byte("GIF89a")); models.CodeOf(err) != "picture_kind" {
		t.Errorf("what is no picture: %v", err)
	}
	if _, err := b.bot.AddPiecePicture(t.Context(), b.community, 1, make([]byte, 2<<20+1)); models.CodeOf(err) != "body_too_large" {
		t.Errorf("a large picture: %v", err)
	}
	for name, tc := range map[string]struct {
		attachment *bot.PieceAttachment
		path, text string
	}{
		"none": {nil, "", "本周"},
		"page": {&bot.PieceAttachment{Kind: models.AttachPage, Title: "地图", URL: "pages/map/index?city=van"}, "pages/map/index?city=van&p=", "本周"},
		"link": {&bot.PieceAttachment{Kind: models.AttachLink, Title: "图书馆", URL: "https://www.vpl.ca/"}, "", "本周\n图书馆\nhttps://www.vpl.ca/"},
	} {
		d := weekly()
		d.Audience.Kind, d.Schedule, d.Text, d.PictureID, d.Attachment = models.AudienceOrdinary, nil, "本周", p.ID, tc.attachment
		v, err := b.bot.SavePiece(t.Context(), b.community, 1, 0, 0, d)
		must(t, err)
		runs, err := b.bot.PostNow(t.Context(), b.community, 1, v.ID, []models.GroupID{g.ID}, "key-"+name)
		must(t, err)
		b.drain(t)
		task, err := s.Read(t.Context()).In(b.community).TaskOfRun(runs[0].ID)
		must(t, err)
		shown, err := b.bot.ViewTask(s.Read(t.Context()).In(b.community), task)
		must(t, err)
		if shown.Text != tc.text || shown.Picture != p.ID || tc.path == "" && shown.CardPath != "" || !strings.HasPrefix(shown.CardPath, tc.path) {
			t.Errorf("with %s it shows %q, card %q", name, shown.Text, shown.CardPath)
		}
		if tc.path != "" {
			r, err := s.Read(t.Context()).In(b.community).RunByCode(strings.TrimPrefix(shown.CardPath, tc.path))
			if err != nil || r.ID != runs[0].ID || shown.Code != r.Code {
				t.Errorf("the card's code leads to run %s, %v", r.ID, err)
			}
		}
		clock.Advance(time.Minute)
	}
}

// TestCheckPiece: what a piece may not be is refused with the field it is in.
func TestCheckPiece(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*bot.PieceDraft)
		field  string
	}{
		"fine":             {func(*bot.PieceDraft) {}, ""},
		"no title":         {func(d *bot.PieceDraft) { d.Title = " " }, "title"},
		"a long title":     {func(d *bot.PieceDraft) { d.Title = strings.Repeat("题", 61) }, "title"},
		"a text of 4000":   {func(d *bot.PieceDraft) { d.Text = strings.Repeat("a", 4000) }, ""},
		"a text of 4001":   {func(d *bot.PieceDraft) { d.Text = strings.Repeat("a", 4001) }, "text"},
		"broken text":      {func(d *bot.PieceDraft) { d.Text = "\xff" }, "text"},
		"nothing":          {func(d *bot.PieceDraft) { d.Text = "\n" }, "text"},
		"a short window":   {func(d *bot.PieceDraft) { d.Window = time.Minute }, "window"},
		"a zone":           {func(d *bot.PieceDraft) { d.Zone = "America/Vancouver" }, ""},
		"no zone":          {func(d *bot.PieceDraft) { d.Zone = "Local" }, "zone"},
		"no groups":        {func(d *bot.PieceDraft) { d.Audience = models.PieceAudience{Kind: "chosen"} }, "audience"},
		"no time":          {func(d *bot.PieceDraft) { d.Schedule.Minute = 1440 }, "schedule.minute"},
		"an end too early": {func(d *bot.PieceDraft) { d.Schedule.Until = "2026-05-03" }, "schedule.until"},
		"a wrong date":     {func(d *bot.PieceDraft) { d.Schedule.Start = "2026-02-30" }, "schedule.start"},
		"an eighth day":    {func(d *bot.PieceDraft) { d.Schedule.Days = []int{8} }, "schedule.days"},
		"a script": {func(d *bot.PieceDraft) {
			d.Attachment = &bot.PieceAttachment{Kind: "link", Title: "x", URL: "javascript:alert(1)"}
		}, "attachment.url"},
		"a page elsewhere": {func(d *bot.PieceDraft) {
			d.Attachment = &bot.PieceAttachment{Kind: "page", Title: "x", URL: "https://a.example/"}
		}, "attachment.url"},
		"a page with code": {func(d *bot.PieceDraft) {
			d.Attachment = &bot.PieceAttachment{Kind: "page", Title: "x", URL: "pages/a?p=1"}
		}, "attachment.url"},
		"a page": {func(d *bot.PieceDraft) {
			d.Attachment = &bot.PieceAttachment{Kind: "page", Title: "x", URL: "pages/a?q=1"}
		}, ""},
		"a long page title": {func(d *bot.PieceDraft) {
			d.Attachment = &bot.PieceAttachment{Kind: "page", Title: strings.Repeat("x", 65), URL: "pages/a"}
		}, "attachment.title"},
	} {
		d := weekly()
		tc.change(&d)
		err := bot.CheckPiece(d, bot.DefaultPieceLimits())
		field := ""
		if e, ok := errors.AsType[*models.Error](err); ok {
			field, _ = e.Args["field"].(string)
		}
		if (err != nil) != (tc.field != "") || field != tc.field {
			t.Errorf("%s: %v in %q", name, err, field)
		}
	}
}
