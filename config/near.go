package config

import (
	"maps"
	"slices"
	"strings"
)

func unknownKey(key string, value any, path string, known []field) Problem {
	p := Problem{
		Key: key, From: path,
		What: Text{En: "is not a setting", Zh: "没有这个设置项"},
	}
	if nested, ok := value.(map[string]any); ok {
		if inner := slices.Sorted(maps.Keys(nested)); len(inner) > 0 {
			key += "_" + inner[0]
		}
		flat := nearest(key, known).key
		p.Remedy = Text{
			En: "Settings are not nested: write one word, such as " + flat,
			Zh: "设置项不分层，请写成一个词，例如 " + flat,
		}
		return p
	}
	p.Remedy = didYouMean(nearest(key, known).key)
	return p
}

func unknownEnv(name string, known []field) Problem {
	key := strings.ToLower(strings.TrimPrefix(name, Prefix))
	return Problem{
		From:   name,
		What:   Text{En: "is not a setting", Zh: "没有这个设置项"},
		Remedy: didYouMean(nearest(key, known).env()),
	}
}

func didYouMean(name string) Text {
	return Text{
		En: "The nearest one is " + name + "; correct it or take it out",
		Zh: "最接近的是 " + name + "；请改正或删除",
	}
}

// nearest returns the known setting that takes the fewest edits to reach; of equals the first of the table.
func nearest(key string, known []field) field {
	key = strings.ToLower(strings.ReplaceAll(key, "-", "_"))
	return slices.MinFunc(known, func(a, b field) int { return edits(key, a.key) - edits(key, b.key) })
}

// edits counts the letters to insert, take out or replace to turn a into b.
func edits(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range to {
			cost := diagonal
			if r != s {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(to)]
}
