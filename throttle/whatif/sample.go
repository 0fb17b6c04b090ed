package whatif

import (
	"fmt"
	"strings"
)

// Sample is a world file with every parameter at its default and what it means: a beginning for worlds of one's own.
func Sample() string {
	var b strings.Builder
	b.WriteString("# A world for `siyu whatif --worlds DIR`: one file a world, named NAME.yaml. What is left out has its default.\n")
	for _, p := range Params() {
		depth := strings.Count(p.Path, ".")
		key, inList := p.Path[strings.LastIndex(p.Path, ".")+1:], strings.Contains(p.Path, "[]")
		indent := strings.Repeat("  ", depth)
		if inList {
			indent = "#     "
		}
		if p.Section {
			fmt.Fprintf(&b, "\n# %s\n", p.Doc)
			if p.List {
				fmt.Fprintf(&b, "# %s:\n#   -\n", key)
			} else {
				fmt.Fprintf(&b, "%s%s:\n", indent, key)
			}
			continue
		}
		fmt.Fprintf(&b, "%s# %s%s\n", indent, strings.TrimPrefix(p.Doc, "..."), p.remark())
		if p.Default == "" {
			fmt.Fprintf(&b, "%s# %s: ...\n", indent, key)
		} else {
			fmt.Fprintf(&b, "%s%s: %s\n", indent, key, p.Default)
		}
	}
	return b.String()
}

// remark is unit, range and source in one bracket.
func (p Param) remark() string {
	var parts []string
	for _, part := range []string{p.Unit, p.Range} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if p.Usual != "" {
		parts = append(parts, "usually "+p.Usual)
	}
	if p.Source != "" {
		parts = append(parts, p.Source)
	}
	if len(parts) == 0 {
		return ""
	}
	return " [" + strings.Join(parts, "; ") + "]"
}
