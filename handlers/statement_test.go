package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/xuri/excelize/v2"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers/ledger"
)

// statementOf closes a month of a brand whose names are what a spreadsheet or a browser would run.
func statementOf(t *testing.T, charges int) (*server, models.Account, models.Statement) {
	t.Helper()
	s, clock := testkit.Store(t)
	a := models.Account{Role: models.Organiser}
	var st models.Statement
	o := models.Offer{Title: `=HYPERLINK("http://x")<script>`, Body: "x", State: models.OfferApproved, Currency: "CAD", Stock: 1, PerMember: 1}
	a.CommunityID = testkit.Community(t, s, func(sc *models.Scope) error {
		b := models.Brand{Name: "+海边<b>咖啡", Weight: 1}
		if err := sc.InsertBrand(&b); err != nil {
			return err
		}
		o.BrandID = b.ID
		if err := sc.InsertOffer(&o); err != nil {
			return err
		}
		_, err := ledger.AddContract(sc, 0, models.Contract{BrandID: b.ID, Basis: models.BasisRedemption, Price: 1234, Currency: "CAD"})
		return err
	})
	tx := func(fn func(*models.Scope) error) {
		if err := s.Tx(t.Context(), func(tx *models.Tx) error { return fn(tx.In(a.CommunityID)) }); err != nil {
			t.Fatal(err)
		}
	}
	tx(func(sc *models.Scope) error {
		uses := make([]ledger.Use, charges)
		for i := range uses {
			uses[i] = ledger.Use{Voucher: models.Voucher{BrandID: o.BrandID, OfferID: o.ID}, Redemption: models.Redemption{ID: models.RedemptionID(i + 1), At: sc.Now}}
		}
		if err := ledger.Redeemed(sc, uses); err != nil {
			return err
		}
		return ledger.Reversed(sc, uses[0])
	})
	clock.Advance(30 * 24 * time.Hour)
	tx(func(sc *models.Scope) (err error) {
		st, err = ledger.Close(sc, 0, o.BrandID, "CAD", "2026-05")
		return err
	})
	words, err := newTexts()
	if err != nil {
		t.Fatal(err)
	}
	return &server{Options: Options{Store: s}, texts: words}, a, st
}

// answerOf calls a handler of a statement.
func answerOf(t *testing.T, a models.Account, st models.Statement, h handler, query string) (document, *httptest.ResponseRecorder) {
	t.Helper()
	rec := httptest.NewRecorder()
	c := gin.CreateTestContextOnly(rec, newEngine(&server{}))
	c.Request = httptest.NewRequest(http.MethodGet, "/?"+query, nil).WithContext(t.Context())
	c.Params = gin.Params{{Key: "id", Value: st.ID.String()}}
	c.Set(keyAccount, a)
	got, err := h(c)
	if err != nil {
		t.Fatal(err)
	}
	return got.(document), rec
}

// TestStatementTable: the workbook has every line, its amounts are numbers that add up, and what people wrote is no formula.
func TestStatementTable(t *testing.T) {
	t.Parallel()
	s, a, st := statementOf(t, 50)
	doc, _ := answerOf(t, a, st, s.exportStatement, "lang=en")
	f, err := excelize.OpenReader(bytes.NewReader(doc.body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("Lines", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+51 {
		t.Fatalf("%d rows", len(rows))
	}
	cents := int64(0)
	for i, row := range rows[1:] {
		var x float64
		if _, err := fmt.Sscan(row[5], &x); err != nil {
			t.Fatal(err)
		}
		if x != 12.34 && x != -12.34 {
			t.Fatalf("line %d is %v", i+1, x)
		}
		cents += int64(x*100 + 0.5*x/12.34)
	}
	if cents != st.Total || st.Total != 49*1234 {
		t.Errorf("the lines add up to %d, the statement to %d", cents, st.Total)
	}
	for _, sheet := range f.GetSheetList() {
		for _, at := range []string{"A1", "B2", "B3", "B12", "B13", "C2", "D2", "D3", "E2"} {
			if formula, err := f.GetCellFormula(sheet, at); err != nil || formula != "" {
				t.Errorf("%s!%s is the formula %q, %v", sheet, at, formula, err)
			}
		}
	}
	if title, _ := f.GetCellValue("Lines", "D2"); title != `=HYPERLINK("http://x")<script>` {
		t.Errorf("the offer is called %q", title)
	}
	if total, _ := f.GetCellValue("Summary", "B8"); total != "604.66" {
		t.Errorf("the total is written %q", total)
	}
}

// TestStatementPage: the page prints in both languages, shows what people wrote as text, and says what it leaves out.
func TestStatementPage(t *testing.T) {
	t.Parallel()
	s, a, st := statementOf(t, 2100)
	for lang, want := range map[string][]string{
		"en":      {`lang="en"`, "Statement no. 1", "CAD 25901.66", "−CAD 12.34", "101 more lines", "size:A4", "counter(pages)", "2026-05-01 – 2026-05-31"},
		"zh-Hans": {`lang="zh-Hans"`, "结算单 第 1 号", "其余 101 条明细", "海边&lt;b&gt;咖啡"},
	} {
		doc, rec := answerOf(t, a, st, s.printStatement, "lang="+lang)
		page := string(doc.body)
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%s: the page lacks %q", lang, w)
			}
		}
		if strings.Contains(page, "<script>") || strings.Contains(page, "<b>") {
			t.Errorf("%s: what was written runs", lang)
		}
		if !strings.HasPrefix(rec.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v", lang, rec.Header())
		}
	}
}
