// Package keeper keeps groups from being tired out: it writes down once a local day what happened in each of them, learns
// from it how much sponsored posting the group bears (package fatigue), and tells the ledger which offers have to wait,
// and exactly until when.
//
// observe.go makes a day of rows, learn.go makes knowledge of days, view.go puts that beside the posts of the last weeks,
// and gate.go and breaker.go say from there what may not go out yet. rank.go says which of several offers should ask first,
// and report.go tells an organiser all of it.
//
// Everything learnt can be learnt again: a day is a pure function of who came and went, of posts and of clicks; what is
// learnt is a pure function of the days. So a day may be written twice, and news that comes late mends what was written.
//
// The keeper can only tighten: its gates stand beside the rules, never in their place. It knows whole groups and nobody in
// them.
package keeper
