package throttle

import "siyu/models"

// Resumed tells that a paused group may be sent to again: what was held may have a slot at once.
func (l *Ledger) Resumed(sc *models.Scope, group models.GroupID) error { return l.changed(sc, group) }
