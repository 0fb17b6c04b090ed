// Package plan looks a week ahead: which offer each group gets in which stretch of time, fairly among the brands, and
// what a new offer would change.
//
// It is pure: a Snapshot goes in, a Plan comes out, equal input gives an equal plan, and nothing here knows a store or a
// clock. Whether a post may go out at an instant is asked of the kernel (throttle.Decide), with everything planned before
// it counted, so no plan breaks a rule that the live decision would keep. The kernel is asked once for each stretch and
// for each post that is chosen; everything between is arithmetic over offers and groups.
//
// A plan is made in four steps.
//
//  1. Openings (opening.go): for each group, alone, when do its own rules leave room for a post?
//  2. Shares (share.go): the openings are divided so that the brands' levels, (delivered + planned reach) / weight, are
//     max-min fair: no brand can be raised without lowering one that is not better off. What a brand can reach is the
//     flow of a network (brand, group, opening), the reachable amounts form a polymatroid, and there the max-min fair
//     division is also the one with the least sum of squares; so it is found by moving single openings to the lowest
//     level until no move helps.
//  3. Values (value.go): openings are moved to where they are worth most, as long as every brand keeps its share. What a
//     brand lacks of its share is paid to it on top of the value of its offers, and the more it lacks the more.
//  4. Turns (fill.go): the kernel is asked; what it refuses goes to the next best offer, until no offer fits.
//
// Priority and pacing choose among the offers of one brand after the brand has its openings: they move an offer earlier
// inside the brand's own share and cannot touch another's.
package plan
