package desk

import (
	"time"

	"siyu/models"
)

// Preset is a set of rules to start from. Its name is the key of its words in the catalogues.
type Preset struct {
	Name  string
	Rules models.Rules
}

// Presets lists the sets of rules to start from, the strictest first.
func Presets() []Preset {
	const day = int64(24 * time.Hour / time.Millisecond)
	night := models.Rules{QuietStart: 21*60 + 30, QuietEnd: 8*60 + 30, HoldFor: day / 2, MinHold: day / 48}
	few, careful, balanced := night, night, night

	few.GroupCap, few.GroupWindow, few.MinGap = 1, 7*day, 5*day
	few.BrandCap, few.BrandWindow, few.RivalGap = 1, 28*day, 14*day
	few.QuietStart, few.QuietEnd = 20*60, 9*60

	careful.GroupCap, careful.GroupWindow, careful.MinGap = 2, 7*day, 2*day
	careful.BrandCap, careful.BrandWindow, careful.RivalGap = 1, 7*day, 3*day

	balanced.GroupCap, balanced.GroupWindow, balanced.MinGap = 3, 7*day, day
	balanced.BrandCap, balanced.BrandWindow, balanced.RivalGap = 2, 7*day, 2*day
	balanced.Caps = []models.Cap{{Scope: models.CapGroup, K: 1, Per: models.PerDay}}
	return []Preset{{"few", few}, {"careful", careful}, {"balanced", balanced}}
}
