package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

// visitorCookie remembers a browser that opened an entry's page, so that she is counted once and shown the same group.
const visitorCookie = "siyu_visitor"

const visitorLife = 365 * 24 * time.Hour

// entryPage is a tracked entry for any browser. It shows the next step and redirects nowhere.
func (s *server) entryPage(c *gin.Context) {
	ctx, code := c.Request.Context(), c.Param("code")
	v := s.visitor(c, code)
	i, err := s.Bot.Invite(ctx, code, v)
	st := http.StatusOK
	if err != nil {
		if st = status(err); st != http.StatusNotFound {
			s.fail(c, err)
			return
		}
	}
	if v.Cookie != "" && err == nil {
		http.SetCookie(c.Writer, &http.Cookie{Name: visitorCookie, Value: v.Cookie, Path: "/e/", MaxAge: int(visitorLife / time.Second),
			HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	}
	page := s.entryView(c, i, err)
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Header("Cache-Control", "no-store")
	c.Header("Vary", "User-Agent, Accept-Language, Cookie")
	c.Header("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("X-Content-Type-Options", "nosniff")
	c.Header("X-Robots-Tag", "noindex")
	c.Status(st)
	if err := entryTemplate.Execute(c.Writer, page); err != nil {
		s.log.WarnContext(ctx, "the entry page broke off", "error", err)
	}
}

// visitor counts who opens an entry's page, and tells who she is.
func (s *server) visitor(c *gin.Context, code string) bot.Visitor {
	cookie, _ := c.Cookie(visitorCookie)
	v := s.Bot.Visit(c.Request.Context(), code, bot.Caller{Cookie: cookie, IP: c.ClientIP(), Agent: c.Request.UserAgent(),
		Person: isPerson(c.Request)})
	v.Pick = c.Query("pick")
	return v
}

// isPerson reports whether somebody looks at what a request asks for: not a check of the address alone, not a browser that
// fetches ahead, and none of the programs that fetch previews or fill indexes. WeChat's own crawler calls itself mpcrawler.
func isPerson(r *http.Request) bool {
	ahead := r.Header.Get("Sec-Purpose") + r.Header.Get("Purpose") + r.Header.Get("X-Purpose") + r.Header.Get("X-Moz")
	if r.Method != http.MethodGet || strings.Contains(ahead, "prefetch") || strings.Contains(ahead, "preview") {
		return false
	}
	agent := strings.ToLower(r.UserAgent())
	for _, word := range []string{"bot", "crawler", "spider", "preview", "facebookexternalhit", "whatsapp", "embedly", "slurp",
		"curl/", "wget/", "python-", "headlesschrome", "lighthouse"} {
		if strings.Contains(agent, word) {
			return false
		}
	}
	return agent != ""
}

// entryView is what the page says. Everything in it is text to the template, and every address is one of ours or a link
// that was checked when WeChat gave it.
type entryView struct {
	Lang, Title, Step, By    string
	QR, Alt, Join            string // the group's
	FollowQR, Follow         string // the Official Account's
	Link, LinkText, LinkHint string
	Pick                     string
	Picks, Langs             []choiceView
}

type choiceView struct {
	Text, Href, Lang, Value string
	Now                     bool
}

func (s *server) entryView(c *gin.Context, i bot.Invitation, err error) entryView {
	lang := pageLanguage(c)
	args := map[string]any{"Group": i.Group, "Community": i.Community}
	say := func(id string) string { return s.texts.say(lang, id, args) }
	p := entryView{Lang: lang, Langs: languageChoices(c, lang)}
	if err != nil {
		p.Title = say("entry_missing")
		return p
	}
	self, where := "/e/"+url.PathEscape(c.Param("code")), browserOf(c.Request)
	p.Title, p.By = say("entry_title"), say("entry_by")
	switch i.State {
	case bot.InviteFull:
		p.Step = say("entry_full")
	case bot.InviteClosed:
		p.Step = say("entry_closed")
	case bot.InviteEnded:
		p.Title, p.Step = say("entry_ended"), ""
		return p
	case bot.InviteOpen:
		p.QR, p.Join = self+"/qr.png?k="+s.Bot.PictureKey(c.Param("code"), i.JoinURL), i.JoinURL
		p.Step, p.Alt = say("entry_step_"+where), say("entry_qr_alt")
	}
	if i.State != bot.InviteOpen && i.FollowURL != "" {
		p.FollowQR, p.Follow = self+"/qr.png?k="+s.Bot.PictureKey(c.Param("code"), i.FollowURL), say("entry_follow")
	}
	if i.Link != "" {
		p.Link, p.LinkText, p.LinkHint = i.Link, say("entry_link"), ""
		if where == inBrowser {
			p.LinkHint = say("entry_link_hint")
		}
	}
	if len(i.Picks) > 1 {
		p.Pick = say("entry_pick")
		for _, pick := range i.Picks {
			q := url.Values{"pick": {pick}}
			if c.Query("lang") != "" {
				q.Set("lang", lang)
			}
			p.Picks = append(p.Picks, choiceView{Text: pick, Href: self + "?" + q.Encode(), Now: pick == c.Query("pick")})
		}
	}
	return p
}

// Where a page is open.
const (
	inWeChat  = "wechat"
	inWeCom   = "wecom"
	inBrowser = "browser"
)

// browserOf tells where a page is open. WeCom's browser calls itself WeChat's too.
func browserOf(r *http.Request) string {
	agent := strings.ToLower(r.UserAgent())
	switch {
	case strings.Contains(agent, "wxwork"):
		return inWeCom
	case strings.Contains(agent, "micromessenger"):
		return inWeChat
	}
	return inBrowser
}

func languageChoices(c *gin.Context, lang string) []choiceView {
	var all []choiceView
	for _, l := range []choiceView{{Lang: zhHans, Text: "简体"}, {Lang: zhHant, Text: "繁體"}, {Lang: english, Text: "English"}} {
		q := url.Values{"lang": {l.Lang}}
		if pick := c.Query("pick"); pick != "" {
			q.Set("pick", pick)
		}
		l.Href, l.Now = "?"+q.Encode(), l.Lang == lang
		all = append(all, l)
	}
	return all
}

// entryQR draws a QR code of an entry's page: the one that is named, or the group's that everybody is shown.
func (s *server) entryQR(c *gin.Context) (any, error) {
	ctx, code := c.Request.Context(), c.Param("code")
	says, err := s.Bot.OpenPicture(ctx, code, c.Query("k"))
	if err != nil {
		return nil, err
	}
	if cookie, err := c.Cookie(visitorCookie); err == nil && isPerson(c.Request) { // her browser takes cookies
		s.Bot.Seen(ctx, code, cookie)
	}
	if says == "" {
		return nil, models.Errorf(models.NotFound, "entry_not_found", "the group has no way in right now")
	}
	c.Header("Cache-Control", "no-store")
	png, err := drawPNG(says, qrPixels)
	return document{"image/png", png}, err
}
