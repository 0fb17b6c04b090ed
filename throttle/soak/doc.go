// Package soak holds the throttle's long proofs: random histories of many years against an oracle, every zone's clock
// changes minute by minute, and processes that contend for slots while they are killed. `make test` runs a short form of
// each, `make soak` the long one.
//
// It has tests only. The oracle knows the rules' definitions and the time package, and must never call the kernel for an
// answer; the kernel is what it judges.
package soak
