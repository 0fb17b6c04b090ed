package miniprogram

import "siyu/models"

// book brings the ledger in step with an award. There is no ledger of points yet: the awards alone are counted.
func book(*models.Scope, *models.Award) error { return nil }
