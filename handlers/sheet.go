package handlers

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

type sheetLineView struct {
	OfferID   models.OfferID   `json:"offer_id"`
	AccountID models.AccountID `json:"account_id"`
	Name      string           `json:"name"`
	Currency  string           `json:"currency"`
	Redeemed  int              `json:"redeemed"`
	Reversed  int              `json:"reversed"`
	Units     int64            `json:"units"`
	Value     int64            `json:"value"`
}

func viewSheetLines(lines []offers.SheetLine) []sheetLineView {
	all := make([]sheetLineView, len(lines))
	for i, l := range lines {
		all[i] = sheetLineView{l.Offer, l.Account, l.Name, l.Currency, l.Redeemed, l.Reversed, l.Units, l.Value}
	}
	return all
}

// sheetFor reads the sheet that a clerk, a brand or an organiser may see.
func (s *server) sheetFor(c *gin.Context) (offers.Sheet, error) {
	var in struct {
		ShopID  models.ShopID  `form:"shop_id"`
		BrandID models.BrandID `form:"brand_id"`
		Date    string         `form:"date"`
	}
	if err := c.ShouldBindQuery(&in); err != nil {
		return offers.Sheet{}, badInput(err)
	}
	me := account(c)
	if me.Role == models.Staff {
		shop, err := s.Offers.Works(c.Request.Context(), me, in.ShopID)
		if err != nil {
			return offers.Sheet{}, err
		}
		return s.Offers.Sheet(c.Request.Context(), me.CommunityID, me.BrandID, shop.ID, in.Date)
	}
	brand := brandOf(c, in.BrandID)
	if brand == 0 && in.ShopID != 0 {
		shop, err := s.Store.Read(c.Request.Context()).In(me.CommunityID).Shop(in.ShopID)
		if err != nil {
			return offers.Sheet{}, err
		}
		brand = shop.BrandID
	}
	if brand == 0 {
		return offers.Sheet{}, models.Errorf(models.Invalid, "bad_field", "neither a shop nor a brand").With("field", "shop_id").With("rule", "required").With("param", "")
	}
	return s.Offers.Sheet(c.Request.Context(), me.CommunityID, brand, in.ShopID, in.Date)
}

// sheet is what a shop wrote off on one day.
func (s *server) sheet(c *gin.Context) (any, error) {
	d, err := s.sheetFor(c)
	if err != nil {
		return nil, err
	}
	return gin.H{"shop_id": d.Shop.ID, "shop_name": d.Shop.Name, "date": d.Date, "zone": d.Zone, "from": d.From, "to": d.To,
		"totals": viewSheetLines(d.Totals), "offers": viewSheetLines(d.Offers), "staff": viewSheetLines(d.Staff)}, nil
}

// sheetTable is the sheet as a table for spreadsheets.
func (s *server) sheetTable(c *gin.Context) (any, error) {
	d, err := s.sheetFor(c)
	if err != nil {
		return nil, err
	}
	lang := requestLanguage(c)
	var out bytes.Buffer
	out.WriteString("\ufeff") // spreadsheets take it for the sign of UTF-8
	w := csv.NewWriter(&out)
	rows := [][]string{strings.Split(s.texts.say(lang, "sheet_columns", nil), ",")}
	for _, part := range []struct {
		text  string
		lines []offers.SheetLine
	}{{"sheet_offer", d.Offers}, {"sheet_staff", d.Staff}, {"sheet_total", d.Totals}} {
		name := s.texts.say(lang, part.text, nil)
		for _, l := range part.lines {
			units := ""
			if l.Offer != 0 {
				units = strconv.FormatInt(l.Units, 10)
			}
			rows = append(rows, []string{d.Date, cell(d.Shop.Name), name, cell(l.Name), l.Currency, strconv.Itoa(l.Redeemed), strconv.Itoa(l.Reversed),
				units, strconv.FormatInt(l.Value, 10)})
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	c.Header("Content-Disposition", `attachment; filename="sheet-`+d.Date+`.csv"`)
	return document{"text/csv; charset=utf-8", out.Bytes()}, nil
}
