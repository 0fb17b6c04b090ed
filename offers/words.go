package offers

import (
	"cmp"

	"siyu/models"
)

// Reading is what somebody reads of an offer.
type Reading struct {
	Locale    string // of the words; empty: the offer's own
	Title     string
	Body      string
	CardTitle string
	PictureID models.PictureID // zero: the card's plain picture
}

// WordsFor is what a reader of a language sees of an offer: her language's words, else those of the other Chinese script for who
// reads Chinese, else the offer's own. The own words have no language: who reads Simplified gets them before Traditional ones.
func WordsFor(t models.Terms, words []models.Creative, locale string) Reading {
	by := make(map[string]models.Creative, len(words))
	for _, w := range words {
		by[w.Locale] = w
	}
	own := by[""]
	r := Reading{Title: t.Title, Body: t.Body, CardTitle: cmp.Or(own.CardTitle, t.Title), PictureID: own.PictureID}
	order := []string{locale}
	if locale == "zh-Hant" {
		order = append(order, "zh-Hans")
	}
	for _, l := range order {
		if w, there := by[l]; there && l != "" {
			return Reading{Locale: l, Title: w.Title, Body: w.Body, CardTitle: cmp.Or(w.CardTitle, w.Title), PictureID: cmp.Or(w.PictureID, own.PictureID)}
		}
	}
	return r
}
