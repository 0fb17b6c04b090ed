package handlers

import "html/template"

// entryTemplate is the page of an entry. It needs no script, and nothing from anywhere else.
var entryTemplate = template.Must(template.New("entry").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{.Title}}</title><style>
:root{color-scheme:light dark;--bg:#f5f6f3;--card:#fff;--fg:#131a16;--mut:#5c6a61;--line:#e3e8e3;--go:#067a40}
@media (prefers-color-scheme:dark){:root{--bg:#0d120f;--card:#151b17;--fg:#e8efe9;--mut:#9caba1;--line:#263029;--go:#0b8f4c}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--bg);color:var(--fg);
font:16px/1.6 system-ui,"PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif}
main{box-sizing:border-box;width:min(92vw,380px);margin:16px 0;padding:28px 24px;background:var(--card);border:1px solid var(--line);
border-radius:14px;text-align:center;overflow-wrap:anywhere}
h1{font-size:20px;margin:0 0 8px}p{margin:8px 0;color:var(--mut)}
img{display:block;width:min(100%,280px);height:auto;margin:18px auto;padding:12px;box-sizing:border-box;background:#fff;border-radius:10px}
a{color:inherit}.go{display:block;margin:16px 0 4px;padding:12px;border-radius:10px;background:var(--go);color:#fff;text-decoration:none}
nav{margin-top:16px;font-size:14px;color:var(--mut)}nav a,nav b{display:inline-block;padding:8px}
</style></head><body><main><h1>{{.Title}}</h1>{{if .Step}}<p>{{.Step}}</p>{{end}}
{{if .QR}}<img src="{{.QR}}" alt="{{.Alt}}" width="280" height="280" data-join="{{.Join}}">{{end}}
{{if .Picks}}<nav>{{.Pick}}{{range .Picks}}{{if .Now}}<b>{{.Text}}</b>{{else}}<a href="{{.Href}}">{{.Text}}</a>{{end}}{{end}}</nav>{{end}}
{{if .FollowQR}}<p>{{.Follow}}</p><img src="{{.FollowQR}}" alt="{{.Follow}}" width="280" height="280">{{end}}
{{if .Link}}<a class="go" href="{{.Link}}" rel="noreferrer">{{.LinkText}}</a>{{if .LinkHint}}<p>{{.LinkHint}}</p>{{end}}{{end}}
{{if .By}}<p>{{.By}}</p>{{end}}<nav>{{range .Langs}}{{if .Now}}<b lang="{{.Lang}}">{{.Text}}</b>{{else}}<a lang="{{.Lang}}" href="{{.Href}}">{{.Text}}</a>{{end}}{{end}}</nav></main></body></html>
`))
