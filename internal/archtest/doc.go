// Package archtest holds what the plan of the house says about its rooms: who may import whom, which room alone knows
// gin, gorm and the WeChat SDK, that every package says what it is for, that no file outgrows a room, and that nothing
// in the tree depends on the machine it was written on.
//
// There is nothing here but tests, and they need Go alone: they read the source and never build or run it. Each rule
// is tested on a small house that breaks it.
package archtest
