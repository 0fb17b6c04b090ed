package handlers

import "testing"

// TestCell: no name of a group is a formula, whichever spreadsheet reads it.
func TestCell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "邻居群": "邻居群", "=1+1": "'=1+1", "＝1+1": "'＝1+1", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "a=b": "a=b"} {
		if got := cell(text); got != want {
			t.Errorf("%q is written as %q, want %q", text, got, want)
		}
	}
}
