package config

import (
	"fmt"
	"strings"
)

// Sample returns the sample file: every setting with its meaning in both languages, its name in the environment, and
// its default or, commented out, an example. It can be loaded as it is.
func Sample() string {
	var b strings.Builder
	b.WriteString("# How one Siyu is set up. 私域（Siyu）的配置样例。\n" +
		"# Every line may stand in the environment instead, where it wins over this file; the name is in the brackets.\n" +
		"# 每一项都可改用方括号中的环境变量，环境变量优先于本文件。\n" +
		"# Unknown words are refused. 不认识的键会报错。\n")
	for _, s := range sections() {
		fmt.Fprintf(&b, "\n# ── %s · %s ──\n", s.title.En, s.title.Zh)
		for _, f := range s.fields {
			fmt.Fprintf(&b, "\n# [%s] %s\n# %s\n%s\n", f.env(), f.about.En, f.about.Zh, f.line())
		}
	}
	return b.String()
}

// line is the setting as it stands in the file.
func (f field) line() string {
	if f.initial != "" {
		return f.key + ": " + f.quote(f.initial)
	}
	return "# " + f.key + ": " + f.quote(f.example)
}

func (f field) quote(value string) string {
	if f.kind == whole {
		return value
	}
	return `"` + value + `"`
}
