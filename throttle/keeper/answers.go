package keeper

import (
	"cmp"
	"slices"

	"siyu/models"
	"siyu/throttle/fatigue"
)

// answers are the ratios of clicks that came to clicks that were foreseen.
type answers map[answerKey]fatigue.Ratio

type answerKey struct {
	group models.GroupID
	kind  models.RatioKind
	ref   int64
}

// How many clicks weigh as much as the belief that a group, a brand, a brand in a group, a category in a group is like any
// other; package fatigue draws its means by the same numbers.
const (
	firmAll      = 40
	firmGroup    = 15
	firmBrand    = 8
	firmPair     = 12
	firmCategory = 20
)

func firm(k models.RatioKind) float64 {
	switch k {
	case models.RatioAll:
		return firmAll
	case models.RatioGroup:
		return firmGroup
	case models.RatioBrand:
		return firmBrand
	case models.RatioPair:
		return firmPair
	case models.RatioClick:
		return firmClick
	case models.RatioCategory:
	}
	return firmCategory
}

// firmClick is how many clicks weigh as much as the guess of how many there are. It weighs little: who the members are
// makes a factor of ten, and what all groups have in common must not look like a virtue of each brand.
const firmClick = 4

// rate is the clicks per member that all posts together had, drawn to the guess.
func (a answers) rate(click float64) float64 {
	return click * a[answerKey{kind: models.RatioClick}].Mean(firmClick)
}

// rounds is how often each part is judged by what the others leave to explain; more change nothing that can be seen.
const rounds = 12

// fit works the ratios out of sums of results: first how many clicks all posts have together, then each cell's clicks are the
// members reached times that rate times the ratio of
// all, of its group, of its brand, of its category in the group and of its brand in the group. It is a pure function of the
// sums, whatever their order.
func fit(sums []models.ResponseSum, click float64) answers {
	sums = slices.Clone(sums)
	slices.SortFunc(sums, func(a, b models.ResponseSum) int {
		return cmp.Or(cmp.Compare(a.GroupID, b.GroupID), cmp.Compare(a.BrandID, b.BrandID), cmp.Compare(a.Category, b.Category))
	})
	sums = slices.DeleteFunc(sums, func(s models.ResponseSum) bool { return !(s.Reached > 0) })
	all := answers{}
	var total fatigue.Ratio
	for _, s := range sums {
		total.Observe(s.Clicks, s.Reached*click)
	}
	all[answerKey{kind: models.RatioClick}] = total
	click = all.rate(click)
	kinds := []models.RatioKind{models.RatioAll, models.RatioGroup, models.RatioBrand, models.RatioCategory, models.RatioPair}
	for range rounds {
		for _, kind := range kinds {
			next := answers{}
			for _, s := range sums {
				key, has := keyOf(kind, s)
				if !has {
					continue
				}
				others := 1.0
				for _, other := range kinds {
					if k, has := keyOf(other, s); has && other != kind {
						others *= all[k].Mean(firm(other))
					}
				}
				r := next[key]
				r.Observe(s.Clicks, s.Reached*click*others)
				next[key] = r
			}
			for key, r := range next {
				all[key] = r
			}
		}
	}
	return all
}

func keyOf(kind models.RatioKind, s models.ResponseSum) (answerKey, bool) {
	switch kind {
	case models.RatioAll:
		return answerKey{kind: kind}, true
	case models.RatioGroup:
		return answerKey{group: s.GroupID, kind: kind}, true
	case models.RatioBrand:
		return answerKey{kind: kind, ref: int64(s.BrandID)}, s.BrandID != 0
	case models.RatioPair:
		return answerKey{group: s.GroupID, kind: kind, ref: int64(s.BrandID)}, s.BrandID != 0
	case models.RatioCategory, models.RatioClick:
	}
	return answerKey{group: s.GroupID, kind: kind, ref: s.Category}, s.Category != 0
}

// rows are the ratios as they are stored.
func (a answers) rows() []models.Ratio {
	rows := make([]models.Ratio, 0, len(a))
	for k, r := range a {
		rows = append(rows, models.Ratio{GroupID: k.group, Kind: k.kind, Ref: k.ref, Hits: r.Hits, Foreseen: r.Foreseen})
	}
	slices.SortFunc(rows, func(a, b models.Ratio) int {
		return cmp.Or(cmp.Compare(a.GroupID, b.GroupID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Ref, b.Ref))
	})
	return rows
}

func answersOf(rows []models.Ratio) answers {
	all := make(answers, len(rows))
	for _, r := range rows {
		all[answerKey{r.GroupID, r.Kind, r.Ref}] = fatigue.Ratio{Hits: r.Hits, Foreseen: r.Foreseen}
	}
	return all
}

// response is what a brand may expect in a group.
func (a answers) response(group models.GroupID, brand models.BrandID) fatigue.Response {
	return fatigue.Response{All: a[answerKey{kind: models.RatioAll}], Group: a[answerKey{group: group, kind: models.RatioGroup}],
		Brand: a[answerKey{kind: models.RatioBrand, ref: int64(brand)}],
		Pair:  a[answerKey{group: group, kind: models.RatioPair, ref: int64(brand)}]}
}

// category is how offers of a category fit a group.
func (a answers) category(group models.GroupID, category int64) float64 {
	return a[answerKey{group: group, kind: models.RatioCategory, ref: category}].Mean(firmCategory)
}
