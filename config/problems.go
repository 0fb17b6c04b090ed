package config

import (
	"strings"
)

// The two languages of the texts.
const (
	English = "en"
	Chinese = "zh-Hans"
)

// Text is one sentence in both languages.
type Text struct{ En, Zh string }

// In returns the sentence in a language: anything that begins with "zh" is Chinese, all else English.
func (t Text) In(lang string) string {
	if strings.HasPrefix(strings.ToLower(lang), "zh") {
		return t.Zh
	}
	return t.En
}

// Problem is one thing that is wrong with a configuration, or (in [Config.Notes]) one thing worth knowing.
type Problem struct {
	Key    string // as written in the file, such as "public_url"; empty when it concerns the file as a whole
	From   string // where the value came from: "SIYU_PUBLIC_URL", the file's name, or "default"
	What   Text   // what is wrong, never quoting a secret
	Remedy Text   // what to do about it
}

// Text returns the problem as one line.
func (p Problem) Text(lang string) string {
	var b strings.Builder
	switch {
	case p.Key != "" && p.From != "":
		b.WriteString(p.Key + " (" + p.From + "): ")
	case p.Key != "":
		b.WriteString(p.Key + ": ")
	case p.From != "":
		b.WriteString(p.From + ": ")
	}
	b.WriteString(p.What.In(lang))
	if remedy := p.Remedy.In(lang); remedy != "" {
		b.WriteString(Text{En: ". ", Zh: "。"}.In(lang) + remedy)
	}
	return b.String()
}

// Problems are all problems of one configuration at once, in the order of the sample file.
//
//nolint:errname // a list, and what people are told it is
type Problems []Problem

// Error lists the problems in English.
func (p Problems) Error() string { return p.Text(English) }

// Text lists the problems in a language, one per line.
func (p Problems) Text(lang string) string {
	lines := make([]string, 0, len(p)+1)
	lines = append(lines, Text{En: "the configuration cannot be used:", Zh: "配置不可用："}.In(lang))
	for _, problem := range p {
		lines = append(lines, "  - "+problem.Text(lang))
	}
	return strings.Join(lines, "\n")
}

// err returns the list as an error, and nil when it is empty.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}
