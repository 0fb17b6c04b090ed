package handlers

import "html/template"

// handTemplate is the page on which somebody hands a post over by hand. Its one script copies the text; without it the text
// can still be selected, and everything else is forms.
var handTemplate = template.Must(template.New("hand").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="format-detection" content="telephone=no"><link rel="icon" href="/console/favicon.svg"><title>{{.Title}}</title><style>
:root{color-scheme:light dark;--bg:#f5f6f3;--card:#fff;--fg:#131a16;--mut:#5c6a61;--line:#e3e8e3;--go:#067a40;--no:#a4262c;--warn:#8a5a00;--tint:#eef5f0}
@media (prefers-color-scheme:dark){:root{--bg:#0d120f;--card:#151b17;--fg:#e8efe9;--mut:#9caba1;--line:#263029;--go:#0b8f4c;--no:#f1707b;--warn:#e0b050;--tint:#1a231d}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);
font:16px/1.6 system-ui,"PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","WenQuanYi Micro Hei",sans-serif}
main{width:min(100%,560px);margin:0 auto;padding:16px 14px 40px;overflow-wrap:anywhere}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:16px;margin:0 0 12px}
h1{font-size:20px;margin:4px 2px 2px}h1+section{margin-top:12px}h2{font-size:16px;margin:0 0 8px}p{margin:6px 0}.mut{color:var(--mut);font-size:14px}
.when{margin:0 2px 14px;color:var(--mut)}.big{font-size:30px;line-height:1.25;font-weight:700;margin:4px 0}.no{color:var(--no)}.wait{color:var(--warn)}.ok{color:var(--go)}
textarea,input,select{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:10px;padding:10px;width:100%}
textarea{resize:vertical}input[type=time],select{min-height:46px}label{display:block;margin:10px 0 4px}
button,.go{display:block;width:100%;min-height:48px;margin:12px 0 0;padding:11px;border:0;border-radius:10px;background:var(--go);color:#fff;
font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
.soft{background:var(--tint);color:var(--fg);border:1px solid var(--line)}.radio{display:flex;gap:10px;align-items:center;min-height:44px}.radio input[type=radio]{flex:none;width:22px;height:22px}.radio input[type=time]{flex:none;width:150px;margin-left:auto}
.card{display:flex;gap:12px;align-items:center;padding:10px;border:1px solid var(--line);border-radius:10px;background:var(--bg)}
.pic{flex:none;width:75px;height:60px;border-radius:6px;background:#f5f6f3 linear-gradient(#067a40,#067a40) center/58px 36px no-repeat;position:relative}
.pic:after{content:"";position:absolute;left:14px;top:17px;width:47px;height:26px;background:#e2f4ea}
code{font-size:13px;user-select:all;-webkit-user-select:all}img{display:block;width:min(70%,220px);margin:12px auto;padding:8px;background:#fff;border-radius:10px}img.post{width:100%;padding:0}main{counter-reset:step}h2.step:before{counter-increment:step;content:counter(step) ". "}
summary{min-height:44px;display:flex;align-items:center;cursor:pointer}.err{border-color:var(--no);color:var(--no)}nav{margin:14px 2px;font-size:14px;color:var(--mut)}nav a,nav b{display:inline-block;padding:10px 8px}a{color:inherit}
ul{padding:0;margin:0;list-style:none}li a{display:flex;justify-content:space-between;gap:10px;min-height:44px;align-items:center}
</style></head><body><main><h1>{{.Title}}</h1>{{if .When}}<p class="when">{{.When}}</p>{{end}}
{{if .Error}}<section class="err" role="alert">{{.Error}}</section>{{end}}
{{if .Big}}<section role="status"><p class="big {{.Tone}}">{{.Big}}</p>{{range .Notes}}<p>{{.}}</p>{{end}}</section>{{end}}
{{if .Show}}
<section><h2 class="step" id="h">{{.T.text}}</h2><textarea id="t" aria-labelledby="h" rows="{{.Rows}}" readonly>{{.Text}}</textarea>
<button class="soft" id="c" type="button" data-done="{{.T.copied}}" data-select="{{.T.select}}">{{.T.copy}}</button><p class="mut">{{.T.hint}}</p></section>
{{if .Picture}}<section><h2 class="step">{{.T.picture}}</h2><img class="post" src="{{.Picture}}" alt="{{.T.picture}}"><p class="mut">{{.T.save}}</p></section>{{end}}
{{if .CardPath}}<section><h2 class="step">{{.T.card}}</h2><div class="card"><span class="pic" aria-hidden="true"></span><div>{{.CardTitle}}</div></div>
{{if .Link}}<a class="go" href="{{.Link}}" rel="noreferrer">{{.T.open}}</a><p class="mut">{{.T.forward}}</p>{{else}}<p class="mut">{{.T.path}}</p><p><code>{{.CardPath}}</code></p>{{end}}
{{if .QR}}<p class="mut">{{.T.scan}}</p><img src="{{.QR}}" alt="{{.T.scan}}" width="220" height="220">{{end}}</section>{{end}}
{{end}}
{{if .Ask}}
<section><h2 class="step">{{.T.done}}</h2><form method="post"><input type="hidden" name="do" value="posted">
<label class="radio"><input type="radio" name="when" value="now" checked> {{.T.now}}</label>
<label class="radio"><input type="radio" name="when" value="at"> {{.T.earlier}} <input type="time" name="at" aria-label="{{.T.earlier}}" value="{{.Clock}}"></label>
<p class="mut">{{.T.zone}}</p><button>{{.T.posted}}</button></form></section>
{{end}}
{{if .Refuse}}
<section><details><summary>{{.T.cannot}}</summary><form method="post"><input type="hidden" name="do" value="cannot"><label for="why">{{.T.why}}</label>
<select id="why" name="why">{{range .Whys}}<option value="{{.Value}}">{{.Text}}</option>{{end}}</select><p class="mut">{{.T.gives}}</p><button class="soft">{{.T.cannot}}</button></form></details></section>
{{end}}
{{if .Others}}<section><h2>{{.T.others}}</h2><ul>{{range .Others}}<li><a href="{{.Href}}"><span>{{.Text}}</span><span class="mut">{{.Due}}</span></a></li>{{end}}</ul></section>{{end}}
<nav>{{range .Langs}}{{if .Now}}<b lang="{{.Lang}}">{{.Text}}</b>{{else}}<a lang="{{.Lang}}" href="{{.Href}}">{{.Text}}</a>{{end}}{{end}}</nav></main>
{{if or .Show .Ask}}<script nonce="{{.Nonce}}">(function(){var t=document.getElementById('t'),c=document.getElementById('c'),a=document.querySelector('[name=at]');
if(a)a.addEventListener('input',function(){document.querySelector('[value=at]').checked=true});if(!c)return;
function mark(){t.focus();t.select();t.setSelectionRange(0,t.value.length)}
function old(){mark();var ok=false;try{ok=document.execCommand('copy')}catch(e){}c.textContent=c.dataset[ok?'done':'select']}
c.addEventListener('click',function(){if(navigator.clipboard&&navigator.clipboard.writeText){navigator.clipboard.writeText(t.value).then(function(){c.textContent=c.dataset.done},old)}else{old()}})})()</script>{{end}}
</body></html>
`))
