// Package turns gives the placements that wait for a slot their turn in the week's plan.
//
// Where brands compete for a group, who asks first must not get everything: the planner (throttle/plan) divides the week
// among them, and a placement whose turn comes later is held by a gate until then. Where they do not compete nobody waits
// for a turn. A turn is no reservation: at its time the placement asks the ledger like any other, and a plan that is out of
// date can make a post later but cannot break a rule.
//
// The package reads the store and writes turns; it must never reserve, release or send.
package turns
