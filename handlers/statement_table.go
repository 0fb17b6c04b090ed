package handlers

import (
	"bytes"
	"fmt"
	"math"

	"github.com/gin-gonic/gin"
	"github.com/xuri/excelize/v2"

	"siyu/models"
	"siyu/offers"
)

const (
	xlsxType   = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	xlsxRows   = 1_048_576 // rows of a sheet; Excel's own limit
	tablePart  = 1000      // lines that are read together
	pageLines  = 2000      // lines that are printed; the workbook has all
	wideColumn = 28
)

// exportStatement is the statement as a workbook. What people wrote is text in it, never a formula.
func (s *server) exportStatement(c *gin.Context) (any, error) {
	sc, st, p, err := s.paper(c)
	if err != nil {
		return nil, err
	}
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	t, err := newTable(f, st.Currency)
	if err != nil {
		return nil, err
	}
	if err := t.summary(p, st); err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	if err := t.lines(s, sc, p, st); err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="statement-%d.xlsx"`, st.Number))
	return document{xlsxType, out.Bytes()}, nil
}

// table is a workbook while it is written, row after row.
type table struct {
	f     *excelize.File
	money int // the style of amounts
	bold  int
	unit  float64 // minor units of one unit
}

func newTable(f *excelize.File, currency string) (*table, error) {
	digits, _ := offers.MinorDigits(currency)
	form := "#,##0"
	if digits > 0 {
		form += "." + "000"[:digits]
	}
	money, err := f.NewStyle(&excelize.Style{CustomNumFmt: &form})
	if err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, fmt.Errorf("write a workbook: %w", err)
	}
	return &table{f: f, money: money, bold: bold, unit: math.Pow10(digits)}, nil
}

// amount is a cell with a number in the currency's own unit: below 10^13 of them it is exact to the last digit.
func (t *table) amount(minor int64) excelize.Cell {
	return excelize.Cell{StyleID: t.money, Value: float64(minor) / t.unit}
}

func (t *table) head(words ...string) []any {
	cells := make([]any, len(words))
	for i, w := range words {
		cells[i] = excelize.Cell{StyleID: t.bold, Value: w}
	}
	return cells
}

// sheet writes rows until next has none.
func (t *table) sheet(name string, widths []float64, next func() ([]any, error)) error {
	w, err := t.f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, width := range widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	for row := 1; ; row++ {
		cells, err := next()
		if err != nil {
			return err
		}
		if cells == nil {
			return w.Flush()
		}
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, cells); err != nil {
			return err
		}
	}
}

// summary is the first sheet.
func (t *table) summary(p statementPaper, st models.Statement) error {
	name := p.T["sums"]
	if err := t.f.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	rows := [][]any{t.head(p.Title), {p.T["community"], p.Community}, {p.T["brand"], p.Brand}, {p.T["period"], p.Period}, {p.T["closed"], p.Closed},
		{p.T["paid"], p.Paid}, {p.T["currency"], p.Currency}, {p.T["total"], t.amount(st.Total)}, {p.T["lines"], st.LineCount}, {p.T["digest"], p.Digest}, {},
		t.head(p.T["what"], p.T["offer"], p.T["count"], p.T["amount"])}
	for i, x := range p.Sums {
		rows = append(rows, []any{x.What, x.Title, x.N, t.amount(p.minor[i])})
	}
	return t.sheet(name, []float64{wideColumn, wideColumn * 2, 12, 16}, func() ([]any, error) {
		if len(rows) == 0 {
			return nil, nil
		}
		row := rows[0]
		rows = rows[1:]
		return row, nil
	})
}

// lines are the sheets with every line, one of them unless there are more than a sheet takes.
func (t *table) lines(s *server, sc *models.Scope, p statementPaper, st models.Statement) error {
	var part []models.StatementLine
	after := 0
	next := func() (*models.StatementLine, error) {
		if len(part) == 0 {
			var err error
			if part, err = sc.StatementLines(st.ID, after, tablePart); err != nil || len(part) == 0 {
				return nil, err
			}
			after = part[len(part)-1].No
		}
		l := part[0]
		part = part[1:]
		return &l, nil
	}
	for n := 1; n == 1 || after < st.LineCount || len(part) > 0; n++ {
		name := p.T["lines"]
		if n > 1 {
			name = fmt.Sprintf("%s %d", name, n)
		}
		if _, err := t.f.NewSheet(name); err != nil {
			return err
		}
		row := 0
		err := t.sheet(name, []float64{8, 18, 22, wideColumn, wideColumn, 14, 36}, func() ([]any, error) {
			row++
			if row == 1 {
				return t.head(p.T["no"], p.T["at"], p.T["what"], p.T["offer"], p.T["ref"], p.T["amount"], p.T["transfer"]), nil
			}
			if row > xlsxRows {
				return nil, nil
			}
			l, err := next()
			if l == nil {
				return nil, err
			}
			x := s.line(p, st.Currency, *l)
			return []any{x.No, x.At, x.What, x.Title, x.Ref, t.amount(l.Amount), string(l.TransferID)}, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
