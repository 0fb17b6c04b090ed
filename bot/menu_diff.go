package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"siyu/models"
)

// MenuChange is one difference between the menu at WeChat and a draft.
type MenuChange struct {
	Kind string // added, removed, changed or moved
	From string // where the button is at WeChat: "0" or "0.1"; empty if it is added
	To   string // where it is in the draft; empty if it is removed
	Name string // in the draft; at WeChat if it is removed
	Was  string // its name at WeChat, if that is another one
}

// place is one button of a menu and where it is.
type place struct {
	top, sub int // sub is -1 for a button of the first row
	button   models.MenuButton
	parent   int // index of its parent's place; -1 in the first row
	match    int // index of the other menu's place; -1: none
}

func (p place) path() string {
	if p.sub < 0 {
		return strconv.Itoa(p.top)
	}
	return fmt.Sprintf("%d.%d", p.top, p.sub)
}

// DiffMenus tells what publishing the draft would change. It is empty if and only if both are the same menu. A button is
// known again by its content, else by its name, else by what it does; one that others have only been put before or taken
// away from has not moved.
func DiffMenus(live, draft []models.MenuButton) []MenuChange {
	a, b := flatten(live), flatten(draft)
	for _, key := range []func(place) string{whole, nameAndType, nameOnly, doing} {
		match(a, b, key)
	}
	stays := unmoved(a, b)
	changes := []MenuChange{}
	for _, p := range a {
		if p.match < 0 {
			changes = append(changes, MenuChange{Kind: "removed", From: p.path(), Name: p.button.Name})
		}
	}
	for i, p := range b {
		if p.match < 0 {
			changes = append(changes, MenuChange{Kind: "added", To: p.path(), Name: p.button.Name})
			continue
		}
		old := a[p.match]
		c := MenuChange{From: old.path(), To: p.path(), Name: p.button.Name}
		if old.button.Name != c.Name {
			c.Was = old.button.Name
		}
		if content(old) != content(p) {
			c.Kind = "changed"
			changes = append(changes, c)
		}
		if !stays[i] {
			c.Kind = "moved"
			changes = append(changes, c)
		}
	}
	return changes
}

func flatten(menu []models.MenuButton) []place {
	var all []place
	for i, b := range menu {
		parent := len(all)
		all = append(all, place{top: i, sub: -1, button: b, parent: -1, match: -1})
		for j, s := range b.SubButtons {
			all = append(all, place{top: i, sub: j, button: s, parent: parent, match: -1})
		}
	}
	return all
}

// content is what a button is, without what it opens.
func content(p place) string {
	b := p.button
	return fmt.Sprintf("%q %q %q %q %q %q %q %q %t", b.Name, b.Type, b.Key, b.URL, b.AppID, b.PagePath, b.MediaID, b.ArticleID,
		len(b.SubButtons) > 0)
}

func whole(p place) string {
	var all strings.Builder
	all.WriteString(content(p))
	for _, s := range p.button.SubButtons {
		all.WriteString(content(place{button: s}))
	}
	return all.String()
}

func nameAndType(p place) string {
	return fmt.Sprintf("%q %q %t", p.button.Name, p.button.Type, len(p.button.SubButtons) > 0)
}

func nameOnly(p place) string { return p.button.Name }

// doing is what a button does; one that opens others does what they do.
func doing(p place) string {
	p.button.Name = ""
	return whole(p)
}

// match pairs what has the same key, first those that stay in their row and then the others, in their order.
func match(a, b []place, key func(place) string) {
	for _, sameRow := range []bool{true, false} {
		for i := range a {
			if a[i].match >= 0 {
				continue
			}
			j := slices.IndexFunc(b, func(p place) bool {
				row := a[i].parent < 0 && p.parent < 0 || a[i].parent >= 0 && p.parent >= 0 && a[a[i].parent].match == p.parent
				return p.match < 0 && key(p) == key(a[i]) && (row || !sameRow)
			})
			if j >= 0 {
				a[i].match, b[j].match = j, i
			}
		}
	}
}

// unmoved tells which places of b hold a button that was under the same parent and has kept its order among most of those
// that were there with it.
func unmoved(a, b []place) map[int]bool {
	rows := map[int][]int{} // parent in b -> places in b whose button was there before, in their order
	for i, p := range b {
		if p.match < 0 {
			continue
		}
		was := a[p.match].parent
		if was < 0 && p.parent < 0 || was >= 0 && p.parent >= 0 && a[was].match == p.parent {
			rows[p.parent] = append(rows[p.parent], i)
		}
	}
	stays := map[int]bool{}
	for _, row := range rows {
		for _, i := range longestRising(row, func(i int) int { return b[i].match }) {
			stays[i] = true
		}
	}
	return stays
}

// longestRising picks the longest part of a row whose values rise; the first of several.
func longestRising(row []int, value func(int) int) []int {
	var best []int
	ending := make([][]int, len(row)) // the longest that ends with each
	for i := range row {
		for j := range i {
			if value(row[j]) < value(row[i]) && len(ending[j]) > len(ending[i]) {
				ending[i] = ending[j]
			}
		}
		ending[i] = append(slices.Clone(ending[i]), row[i])
		if len(ending[i]) > len(best) {
			best = ending[i]
		}
	}
	return best
}
