package desk

import (
	"strings"
	"testing"

	"siyu/models"
)

// TestAuditHasRoom: whatever changed, what the audit keeps of it fits and is text.
func TestAuditHasRoom(t *testing.T) {
	t.Parallel()
	const day = 24 * 3600_000
	if got, want := inWords(Revision{Rev: 3, Changes: Compare(models.Rules{GroupCap: 2, GroupWindow: 7 * day, MinGap: 2 * day, QuietStart: 60},
		models.Rules{GroupCap: 1, GroupWindow: 7 * day, MinGap: 12 * 3600_000})}),
		"rev 3; tighter group_cap: 2 group in 7d > 1 group in 7d; looser min_gap: 2d > 12h0m0s; looser quiet_start: 01:00-00:00 > none"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var many models.Rules
	for range 300 {
		many.ExcludedCategories = append(many.ExcludedCategories, strings.Repeat("白酒与烟草", 20))
	}
	if got := inWords(Revision{Rev: 4, Changes: Compare(models.Rules{}, many)}); len(got) > auditRoom || !strings.Contains(got, "more") ||
		strings.ContainsRune(got, '\uFFFD') {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}
