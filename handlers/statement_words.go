package handlers

import (
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

// statementPaper is what the workbook and the page of a statement say, in one language. Nothing in it is about a member.
type statementPaper struct {
	Lang, Title, Community, Brand, Period, Closed, Paid, Digest string
	Currency, Total                                             string
	Count                                                       int
	Sums                                                        []paperSum
	Lines                                                       []paperLine // of the page: the first of them
	More                                                        string      // how many more there are; empty: none
	T                                                           map[string]string

	zone  *time.Location
	minor []int64 // the amounts of Sums
}

type paperSum struct {
	What, Title, Amount string
	N                   int64
}

type paperLine struct {
	No                           int
	At, What, Ref, Title, Amount string
}

// paperWords are the headings of a statement.
func paperWords() []string {
	return []string{"period", "closed", "paid", "digest", "total", "sums", "lines", "what", "offer", "count", "amount", "no", "at", "ref",
		"transfer", "brand", "community", "currency", "privacy"}
}

// paper puts a statement into words.
func (s *server) paper(c *gin.Context) (*models.Scope, models.Statement, statementPaper, error) {
	sc, st, b, err := s.statement(c)
	if err != nil {
		return sc, st, statementPaper{}, err
	}
	community, err := sc.ReadCommunity(st.CommunityID)
	if err != nil {
		return sc, st, statementPaper{}, err
	}
	zone, err := time.LoadLocation(community.Zone)
	if err != nil {
		return sc, st, statementPaper{}, err
	}
	lang := requestLanguage(c)
	if chosen := c.Query("lang"); slices.Contains([]string{zhHans, english}, chosen) {
		lang = chosen
	}
	p := statementPaper{Lang: lang, Community: community.Name, Brand: b.Name, Currency: st.Currency, Total: signedMoney(st.Total, st.Currency),
		Count: st.LineCount, Digest: st.Digest, T: map[string]string{}, zone: zone}
	for _, w := range paperWords() {
		p.T[w] = s.texts.say(lang, "statement_"+w, nil)
	}
	p.Title = s.texts.say(lang, "statement_title", map[string]any{"number": st.Number})
	p.Period = p.day(st.FromAt) + " – " + p.day(st.UntilAt-1) + " (" + community.Zone + ")"
	p.Closed = p.time(st.ClosedAt)
	if st.PaidAt != 0 {
		p.Paid = strings.TrimSpace(p.time(st.PaidAt) + " " + st.PaidNote)
	}
	sums, err := sc.SumStatement(st.ID)
	for _, x := range sums {
		p.minor = append(p.minor, x.Sum)
		p.Sums = append(p.Sums, paperSum{What: s.lineWord(lang, x.Code), Title: x.Title, N: x.N, Amount: signedMoney(x.Sum, st.Currency)})
	}
	return sc, st, p, err
}

func (p statementPaper) day(at models.Millis) string {
	return at.Time().In(p.zone).Format("2006-01-02")
}
func (p statementPaper) time(at models.Millis) string {
	return at.Time().In(p.zone).Format("2006-01-02 15:04")
}

// lineWord says what a line is for.
func (s *server) lineWord(lang, code string) string {
	switch code {
	case models.CodeClaim, models.CodeRedemption, models.CodePlacement, models.CodeFlat, models.CodeCap, models.CodeReversal:
		return s.texts.say(lang, "statement_line_"+code, nil)
	}
	return code
}

// line puts a line into words.
func (s *server) line(p statementPaper, currency string, l models.StatementLine) paperLine {
	return paperLine{No: l.No, At: p.time(l.At), What: s.lineWord(p.Lang, l.Code), Ref: l.Ref, Title: l.Title,
		Amount: signedMoney(l.Amount, currency)}
}

// signedMoney writes an amount that may be below zero.
func signedMoney(amount int64, currency string) string {
	if amount < 0 {
		return "−" + offers.Money(-amount, currency)
	}
	return offers.Money(amount, currency)
}
