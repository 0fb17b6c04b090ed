package bot

import "siyu/models"

// GuessLimit is what is learnt from a refusal, and until when it keeps a group from being asked.
func GuessLimit(now models.Millis, at []models.Millis, refusedBefore bool) (per models.CapUnit, most int, until models.Millis) {
	c := countMasses(now, at)
	per, most = c.fits(refusedBefore)
	return per, most, c.until(per, most)
}
