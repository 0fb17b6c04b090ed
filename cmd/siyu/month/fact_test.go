package month_test

import (
	"net/url"
	"strings"

	"siyu/models"
)

// key is a card in a group.
type key struct {
	group int
	code  string
}

// fact is what the server was told of a card in a group, and has said that it took.
type fact struct {
	said    []models.Millis // the owner confirmed it
	lied    bool            // though it was not there
	opened  []models.Millis // somebody opened it in the group
	openers []string
	tried   int // openings that were begun: one of them may have been booked without an answer
}

func (w *world) fact(g *group, code string) *fact {
	k := key{g.n, code}
	if w.facts[k] == nil {
		w.facts[k] = &fact{}
	}
	return w.facts[k]
}

// codeOf is the code in a card's path.
func codeOf(page string) string {
	_, query, _ := strings.Cut(page, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return values.Get("p")
}
