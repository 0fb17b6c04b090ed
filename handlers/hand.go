package handlers

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

// handView is what the page of a task says. Everything in it is text to the template.
type handView struct {
	Lang, Title, When, Error, Nonce     string
	Big, Tone                           string
	Notes                               []string
	Show, Ask, Refuse                   bool // the text and card; the form that says it was posted; the one that says it cannot be
	Text, CardTitle, CardPath, Link, QR string
	Picture                             string // where the picture is that goes with the text; empty: none
	Rows                                int
	Clock                               string // the time of now, for the field
	Whys                                []choiceView
	Others                              []otherView
	Langs                               []choiceView
	T                                   map[string]string
}

type otherView struct{ Href, Text, Due string }

// handPage shows a task to whoever has its link.
func (s *server) handPage(c *gin.Context) { s.showHand(c, nil) }

// answerHand takes what she says. Nothing but the address says who she is: it is a secret of hers, so no other site can have
// her browser send it. She is led back to the page, so that reloading it says nothing twice.
func (s *server) answerHand(c *gin.Context) {
	ctx, token := c.Request.Context(), c.Param("token")
	var err error
	switch c.PostForm("do") {
	case "posted":
		var at models.Millis
		if at, err = s.saidAt(c); err == nil {
			_, err = s.Bot.ConfirmByLink(ctx, token, at)
		}
	case "cannot":
		why := c.PostForm("why")
		if !slices.Contains(cannotWhys(), why) {
			why = "other"
		}
		_, err = s.Bot.SkipByLink(ctx, token, why)
	default:
		err = models.Errorf(models.Invalid, "bad_input", "nothing was said")
	}
	if err != nil {
		s.showHand(c, err)
		return
	}
	to := "/t/" + url.PathEscape(token)
	if lang := c.Query("lang"); lang != "" {
		to += "?lang=" + url.QueryEscape(lang)
	}
	c.Header("Cache-Control", "no-store")
	c.Redirect(http.StatusSeeOther, to)
}

// cannotWhys are the reasons the page offers for not posting.
func cannotWhys() []string { return []string{"no_time", "group_busy", "not_fitting", "other"} }

// saidAt is when she says that she posted: a time of day in the group's zone is the last such minute.
func (s *server) saidAt(c *gin.Context) (models.Millis, error) {
	if c.PostForm("when") != "at" {
		return 0, nil
	}
	said, err := time.Parse("15:04", c.PostForm("at"))
	if err != nil {
		return 0, models.Errorf(models.Invalid, "bad_field", "no time of day").With("field", "posted_at")
	}
	p, err := s.Bot.OpenTask(c.Request.Context(), c.Param("token"))
	if err != nil {
		return 0, err
	}
	return lastMinute(said, p.Now, zoneOf(p.Zone)), nil
}

// lastMinute is the last time at or before now that a clock in a zone showed a time of day; pure.
func lastMinute(said time.Time, now models.Millis, zone *time.Location) models.Millis {
	local := now.Time().In(zone)
	for back := range 8 { // a week has a day on which the clocks showed it
		at := time.Date(local.Year(), local.Month(), local.Day()-back, said.Hour(), said.Minute(), 0, 0, zone)
		for _, at := range []time.Time{at.Add(time.Hour), at, at.Add(-time.Hour)} { // where clocks go back an hour comes twice
			if shown := at.In(zone); shown.Hour() == said.Hour() && shown.Minute() == said.Minute() && !at.After(local) {
				return models.MillisOf(at)
			}
		}
	}
	return now
}

func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// showHand writes the page, with what went wrong with what she said, if something did.
func (s *server) showHand(c *gin.Context, said error) {
	ctx, st := c.Request.Context(), http.StatusOK
	p, err := s.Bot.OpenTask(ctx, c.Param("token"))
	if err != nil && status(err) != http.StatusNotFound {
		s.fail(c, err)
		return
	}
	lang := handLanguage(c, p.Account.Lang)
	say := func(id string, args map[string]any) string { return s.texts.say(lang, "hand_"+id, args) }
	v := handView{Lang: lang, Title: say("ended", nil), T: map[string]string{}}
	if err != nil {
		st, v.Notes = http.StatusNotFound, nil
		v.Big, v.Tone, v.Title = say("ended_text", nil), "wait", say("ended", nil)
	} else {
		v.fill(c, p, say)
	}
	if said != nil {
		if st = status(said); st >= http.StatusInternalServerError {
			s.fail(c, said)
			return
		}
		v.Error = s.failText(lang, said)
	}
	v.Langs, v.Nonce = handLanguages(c, lang), rand.Text()
	handHeaders(c, v.Nonce)
	c.Status(st)
	if err := handTemplate.Execute(c.Writer, v); err != nil {
		s.log.WarnContext(ctx, "a task's page broke off", "error", err)
	}
}

func (s *server) failText(lang string, err error) string {
	var args map[string]any
	if e, ok := err.(*models.Error); ok { //nolint:errorlint // the outermost one has the arguments
		args = e.Args
	}
	return s.texts.say(lang, "error_"+models.CodeOf(err), args)
}

func handHeaders(c *gin.Context, nonce string) {
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Header("Cache-Control", "no-store")
	c.Header("Vary", "Accept-Language, User-Agent")
	c.Header("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; script-src 'nonce-"+nonce+
		"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("X-Robots-Tag", "noindex")
}

// fill says what a task is now.
func (v *handView) fill(c *gin.Context, p bot.HandPage, say func(string, map[string]any) string) {
	zone, self := zoneOf(p.Zone), "/t/"+url.PathEscape(c.Param("token"))
	at := func(m models.Millis) string { return clockOf(m, p.Now, zone) }
	v.Title = p.GroupName
	v.When = say("until", map[string]any{"From": at(p.From), "Until": at(p.DueAt), "Zone": p.Zone})
	v.Text, v.CardTitle, v.CardPath, v.Link = p.Text, p.CardTitle, p.CardPath, p.Link
	if p.Picture != 0 {
		v.Picture = self + "/picture"
	}
	v.Rows, v.Clock = min(max(strings.Count(p.Text, "\n")+len([]rune(p.Text))/22+2, 4), 14), p.Now.Time().In(zone).Format("15:04")
	for _, id := range []string{"text", "copy", "copied", "select", "hint", "card", "open", "picture", "save", "forward", "path", "scan", "done", "now", "earlier",
		"posted", "cannot", "why", "gives", "others"} {
		v.T[id] = say(id, nil)
	}
	if p.PlacementID == 0 { // nothing sponsored: no word marks it
		v.T["hint"] = say("hint_own", nil)
	}
	v.T["zone"] = say("zone", map[string]any{"Zone": p.Zone})
	for _, why := range cannotWhys() {
		v.Whys = append(v.Whys, choiceView{Value: why, Text: say("why_"+why, nil)})
	}
	for _, o := range p.Others {
		v.Others = append(v.Others, otherView{Href: o.URL, Text: o.GroupName,
			Due: say("due", map[string]any{"Until": clockOf(o.DueAt, p.Now, zoneOf(o.Zone))})})
	}
	if browserOf(c.Request) == inBrowser && !strings.Contains(c.Request.UserAgent(), "Mobile") && p.Link != "" {
		v.QR = self + "/card.jpg"
	}
	v.stand(p, at, say)
	if !v.Show && !v.Refuse {
		v.When = "" // it is not to be posted any more
	}
}

// stand says where the task stands, and shows what can be done about it.
func (v *handView) stand(p bot.HandPage, at func(models.Millis) string, say func(string, map[string]any) string) {
	by := func() string {
		switch {
		case p.Proof == models.ProofCard:
			return say("by_card", nil)
		case p.DoneBy != "":
			return say("by", map[string]any{"Name": p.DoneBy})
		}
		return ""
	}
	switch {
	case p.State == models.TaskDone:
		v.Big, v.Tone = say("is_done", nil), "ok"
		v.Notes = []string{say("posted_at", map[string]any{"At": at(p.SentAt)}), by()}
	case p.State == models.TaskCancelled && p.Why == "owner_cannot":
		v.Big, v.Tone, v.Ask = say("given_back", nil), "wait", true
		v.Notes = []string{say("not_again", nil), by()}
	case p.State == models.TaskCancelled:
		v.Big, v.Tone, v.Ask = say("do_not", nil), "no", true
		v.Notes = []string{say("taken_back", nil), say("if_posted", nil)}
	case p.Now >= p.DueAt:
		v.Big, v.Tone, v.Ask = say("do_not", nil), "no", true
		v.Notes = []string{say("too_late", map[string]any{"Until": at(p.DueAt)}), say("if_posted", nil)}
	case p.State != models.TaskOpen:
		v.Big, v.Tone, v.Refuse = say("do_not_yet", nil), "wait", true
		v.Notes = []string{say("on_hold", nil)}
	case p.Now < p.From:
		v.Big, v.Tone, v.Show, v.Ask, v.Refuse = say("not_yet", map[string]any{"From": at(p.From)}), "wait", true, true, true
	default:
		v.Show, v.Ask, v.Refuse = true, true, true
	}
	v.Notes = slices.DeleteFunc(v.Notes, func(n string) bool { return n == "" })
}

// clockOf writes a time in a zone as people say it: the time alone if it is today there.
func clockOf(m, now models.Millis, zone *time.Location) string {
	local, today := m.Time().In(zone), now.Time().In(zone)
	if local.Year() == today.Year() && local.YearDay() == today.YearDay() {
		return local.Format("15:04")
	}
	return local.Format("01-02 15:04")
}

// handLanguage is the language of the page: the one chosen on it, else the account's, else the browser's.
func handLanguage(c *gin.Context, own string) string {
	for _, lang := range []string{c.Query("lang"), own} {
		if lang == zhHans || lang == english {
			return lang
		}
	}
	return requestLanguage(c)
}

func handLanguages(_ *gin.Context, lang string) []choiceView {
	var all []choiceView
	for _, l := range []choiceView{{Lang: zhHans, Text: "中文"}, {Lang: english, Text: "English"}} {
		l.Href, l.Now = "?lang="+l.Lang, l.Lang == lang
		all = append(all, l)
	}
	return all
}

// handCode is the Mini Program code of the card.
func (s *server) handCode(c *gin.Context) (any, error) {
	picture, err := s.Bot.CardCode(c.Request.Context(), c.Param("token"))
	c.Header("Cache-Control", "no-store")
	return document{"image/jpeg", picture}, err
}

// handPicture is the picture that goes with the text.
func (s *server) handPicture(c *gin.Context) (any, error) {
	p, err := s.Bot.TaskPicture(c.Request.Context(), c.Param("token"))
	c.Header("Cache-Control", "no-store")
	c.Header("X-Content-Type-Options", "nosniff")
	return document{p.Mime, p.Body}, err
}
