package main

import (
	"strings"
	"testing"
)

const good = `{"people":300,"stages":{"video":250,"follow":200,"group":150,"mini":100,"claim":80,"redeem":60,"repeat":20},
"placements":{"confirmed":12,"held":{"group_cap":3}},
"violations":{"cap":0,"gap":0,"quiet":0,"oversold":0,"double_redeem":0},
"pushes":{"sent":520,"accepted":500,"duplicate":15}}
`

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, from, to, want string }{
		{"good", "", "", ""},
		{"more people later", `"claim":80`, `"claim":120`, "stage claim has 120 people after 100"},
		{"a stage nobody reached", `"repeat":20`, `"repeat":0`, "stage repeat"},
		{"unknown stage", `"repeat":20`, `"repeat":20,"fifth":3`, `no stage "fifth"`},
		{"violation", `"gap":0`, `"gap":1`, "violations of gap: 1"},
		{"violation not told", `"quiet":0,`, ``, "violations of quiet"},
		{"held without a reason", `"group_cap":3`, `"":3`, `the reason ""`},
		{"nothing confirmed", `"confirmed":12`, `"confirmed":0`, "no placement"},
		{"lost pushes", `"sent":520`, `"sent":400`, "do not add up"},
		{"not JSON", "{", "done: {", "not one JSON object"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			text := []byte(strings.Replace(good, tc.from, tc.to, 1))
			err := judge(text, text)
			if tc.want == "" && err != nil {
				t.Error(err)
			}
			if tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
	if err := judge([]byte(good), []byte(strings.Replace(good, "300", "301", 1))); err == nil {
		t.Error("two different runs pass")
	}
}
