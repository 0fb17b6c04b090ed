// Package funnel turns touches into how far people came: video → follow → group → Mini Program → claim → redeem →
// repeat.
//
// What a stage is, which chain of touches reaches it and how people are counted are pure functions over values; what
// reads and writes the store stands in refresh.go and report.go. The package must never know HTTP, WeChat or SQL, it
// writes no touches itself, and it never says who a person is: a report is counts.
//
// # The definition
//
// A chain is one touch per stage, each after the one before, ordered by second, stage and uid; the last of them is at
// most one window after the first. An attempt is a touch that can start a chain, and its level is the furthest stage a
// chain from it reaches. A person counts once per value of a dimension, with her best attempt, at the time of her first.
// Nothing in this depends on the order in which touches arrived, on how often they were told or on when identities
// merged: journeys kept up to date equal journeys computed from scratch.
package funnel
