package throttle

import "siyu/models"

// Resumed tells that a paused group may be sent to again: what was held may have a slot at once.
func (l *Ledger) Resumed(sc *models.Scope, group models.GroupID) error { return l.changed(sc, group) }

// ResumedAll is Resumed for every group of the community.
func (l *Ledger) ResumedAll(sc *models.Scope) error { return l.changedMany(sc, nil) }
