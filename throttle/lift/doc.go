// Package lift measures what sponsored posts do to a community: it draws the groups that get none, or half as many, for a
// season, and compares what happened in them with what happened in the others.
//
// Everything is pure: ids, counts and times in, arms and numbers out. Groups are drawn, not members, so every interval
// here treats a group as one observation, however many people are in it: people in one group leave for the same reasons.
package lift
