package handlers

import (
	"bytes"
	"fmt"
	"html/template"

	"github.com/gin-gonic/gin"
)

// printStatement is the statement as a page that prints on A4, and so becomes a PDF in any browser.
func (s *server) printStatement(c *gin.Context) (any, error) {
	sc, st, p, err := s.paper(c)
	if err != nil {
		return nil, err
	}
	for after := 0; after < pageLines; {
		part, err := sc.StatementLines(st.ID, after, min(tablePart, pageLines-after))
		if err != nil {
			return nil, err
		}
		if len(part) == 0 {
			break
		}
		for _, l := range part {
			p.Lines = append(p.Lines, s.line(p, st.Currency, l))
		}
		after = part[len(part)-1].No
	}
	if n := st.LineCount - len(p.Lines); n > 0 {
		p.More = s.texts.say(p.Lang, "statement_more", map[string]any{"n": n})
	}
	var out bytes.Buffer
	if err := statementTemplate.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("write a statement: %w", err)
	}
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	c.Header("Cache-Control", "no-store")
	return document{"text/html; charset=utf-8", out.Bytes()}, nil
}

// statementTemplate is the page. Everything that is filled in is text to it.
var statementTemplate = template.Must(template.New("statement").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{{.Title}} · {{.Brand}}</title><style>
@page{size:A4;margin:18mm 16mm 20mm;@bottom-left{content:"{{.Title}} · {{.Brand}}";font:8pt sans-serif;color:#555}@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#555}}
*{box-sizing:border-box}body{margin:0 auto;padding:24px;max-width:190mm;color:#131a16;background:#fff;
font:10.5pt/1.5 system-ui,"PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
h1{font-size:18pt;margin:0 0 4px}h2{font-size:12pt;margin:22px 0 6px;break-after:avoid}
dl{display:grid;align-items:baseline;grid-template-columns:max-content 1fr;gap:2px 16px;margin:12px 0}
dt{color:#555}dd{margin:0;overflow-wrap:anywhere}.total{font-size:16pt;font-weight:700}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
thead{display:table-header-group}tr{break-inside:avoid}th{text-align:left;border-bottom:1.5px solid #131a16}td{border-bottom:.5px solid #ccd3cd;overflow-wrap:anywhere}
th,td{padding:3px 8px 3px 0;vertical-align:top}th:last-child,td:last-child{padding-right:0}
.n,.at{white-space:nowrap}.n{text-align:right}.lines{font-size:8.5pt}.mut{color:#555;font-size:9pt;overflow-wrap:anywhere}tfoot td{font-weight:700;border-bottom:0}
@media print{body{padding:0;max-width:none}}@media screen and (max-width:640px){body{padding:14px}.lines{font-size:7.5pt}.at{white-space:normal}}
</style></head><body><h1>{{.Title}}</h1>
<dl><dt>{{.T.community}}</dt><dd>{{.Community}}</dd><dt>{{.T.brand}}</dt><dd>{{.Brand}}</dd><dt>{{.T.period}}</dt><dd>{{.Period}}</dd>
<dt>{{.T.closed}}</dt><dd>{{.Closed}}</dd>{{if .Paid}}<dt>{{.T.paid}}</dt><dd>{{.Paid}}</dd>{{end}}<dt>{{.T.total}}</dt><dd class="total">{{.Total}}</dd></dl>
<h2>{{.T.sums}}</h2><table><thead><tr><th>{{.T.what}}</th><th>{{.T.offer}}</th><th class="n">{{.T.count}}</th><th class="n">{{.T.amount}}</th></tr></thead>
<tbody>{{range .Sums}}<tr><td>{{.What}}</td><td>{{.Title}}</td><td class="n">{{.N}}</td><td class="n">{{.Amount}}</td></tr>{{end}}</tbody>
<tfoot><tr><td colspan="2">{{.T.total}}</td><td class="n">{{.Count}}</td><td class="n">{{.Total}}</td></tr></tfoot></table>
<h2>{{.T.lines}}</h2><table class="lines"><thead><tr><th class="n">{{.T.no}}</th><th>{{.T.at}}</th><th>{{.T.what}}</th><th>{{.T.offer}}</th><th>{{.T.ref}}</th><th class="n">{{.T.amount}}</th></tr></thead>
<tbody>{{range .Lines}}<tr><td class="n">{{.No}}</td><td class="at">{{.At}}</td><td>{{.What}}</td><td>{{.Title}}</td><td>{{.Ref}}</td><td class="n">{{.Amount}}</td></tr>{{end}}</tbody></table>
{{if .More}}<p class="mut">{{.More}}</p>{{end}}<p class="mut">{{.T.privacy}}<br>{{.T.digest}}: {{.Digest}}</p></body></html>
`))
