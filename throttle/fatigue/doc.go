// Package fatigue learns how much sponsored posting a group bears, and turns it into one number: the least value an offer
// must have to be worth its harm now.
//
// In plain language: every sponsored post leaves an exposure behind that fades over days (exposure.go). Members leave at
// a base rate, and faster the higher the exposure (belief.go). How much faster differs from group to group and is learned
// from the group's own leaves and from all groups together (pool.go). A dynamic programme weighs the clicks of a post
// against the members it drives away and answers with a threshold v*(X) (solve.go, tables.go, curve.go). Offers are
// ranked by the response they are predicted to get (response.go). A sudden wave of leaves pauses a group (breaker.go).
// Everything learned can be looked at and overruled by the organiser (learned.go).
//
// The learner can only tighten: it is asked after the kernel of package throttle has allowed a post, and its answer is
// "yes" or "not before this instant". All of it is pure: values in, values out; instants are UTC milliseconds, rates are
// per member and day, values are expected clicks per member. No clock, no store, no globals, deterministic.
//
// The package must never know who a member is: it sees head counts, leaves, posts and clicks of whole groups.
package fatigue
