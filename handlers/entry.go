package handlers

import (
	"html/template"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/skip2/go-qrcode"

	"siyu/bot"
	"siyu/models"
)

// qrPixels is the side of the group's QR code: large enough for a phone held at arm's length.
const qrPixels = 480

// entryPage is a tracked entry for any browser. It shows the next step and redirects nowhere.
func (s *server) entryPage(c *gin.Context) {
	v, err := s.Bot.Invite(c.Request.Context(), c.Param("code"))
	st := http.StatusOK
	if err != nil {
		if st = status(err); st != http.StatusNotFound {
			s.fail(c, err)
			return
		}
	}
	page := s.entryView(c, v, err)
	c.Header("Content-Type", "text/html; charset=utf-8")
	c.Header("Cache-Control", "no-store")
	c.Header("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'")
	c.Header("Referrer-Policy", "no-referrer")
	c.Status(st)
	if err := entryTemplate.Execute(c.Writer, page); err != nil {
		s.log.WarnContext(c.Request.Context(), "the entry page broke off", "error", err)
	}
}

type entryView struct {
	Lang, Title, Step, By, QR, Join string
}

func (s *server) entryView(c *gin.Context, v bot.Invitation, err error) entryView {
	lang := requestLanguage(c)
	args := map[string]any{"Group": v.Group, "Community": v.Community}
	say := func(id string) string { return s.texts.say(lang, id, args) }
	p := entryView{Lang: lang}
	switch {
	case err != nil:
		p.Title = say("entry_missing")
		return p
	case v.Full:
		p.Step = say("entry_full")
	case v.JoinURL == "":
		p.Step = say("entry_closed")
	case strings.Contains(c.Request.UserAgent(), "MicroMessenger"):
		p.Step, p.QR, p.Join = say("entry_step_wechat"), "/e/"+c.Param("code")+"/qr.png", v.JoinURL
	default:
		p.Step, p.QR, p.Join = say("entry_step_browser"), "/e/"+c.Param("code")+"/qr.png", v.JoinURL
	}
	p.Title, p.By = say("entry_title"), say("entry_by")
	return p
}

// entryQR draws the QR code of the group an entry invites to.
func (s *server) entryQR(c *gin.Context) (any, error) {
	v, err := s.Bot.Invite(c.Request.Context(), c.Param("code"))
	if err != nil {
		return nil, err
	}
	if v.JoinURL == "" {
		return nil, models.Errorf(models.NotFound, "entry_not_found", "the group has no way in right now")
	}
	png, err := qrcode.Encode(v.JoinURL, qrcode.Medium, qrPixels)
	c.Header("Cache-Control", "no-store")
	return document{"image/png", png}, err
}

var entryTemplate = template.Must(template.New("entry").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{.Title}}</title><style>
:root{color-scheme:light dark;--bg:#f5f6f3;--card:#fff;--fg:#131a16;--mut:#5c6a61;--line:#e3e8e3}
@media (prefers-color-scheme:dark){:root{--bg:#0d120f;--card:#151b17;--fg:#e8efe9;--mut:#9caba1;--line:#263029}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--bg);color:var(--fg);
font:16px/1.6 system-ui,"PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif}
main{box-sizing:border-box;width:min(92vw,380px);padding:28px 24px;background:var(--card);border:1px solid var(--line);
border-radius:14px;text-align:center}
h1{font-size:20px;margin:0 0 8px}p{margin:8px 0;color:var(--mut)}
img{display:block;width:min(100%,280px);height:auto;margin:18px auto;padding:12px;background:#fff;border-radius:10px}
</style></head><body><main><h1>{{.Title}}</h1>{{if .Step}}<p>{{.Step}}</p>{{end}}
{{if .QR}}<img src="{{.QR}}" alt="{{.Step}}" width="280" height="280" data-join="{{.Join}}">{{end}}
{{if .By}}<p>{{.By}}</p>{{end}}</main></body></html>
`))
