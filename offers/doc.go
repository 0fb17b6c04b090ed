// Package offers is an offer's life: a brand hands it in, the organiser decides, each group gets its placement when the
// throttle has a slot, members claim vouchers and staff write them off.
//
// S in stock gives exactly S claims, and a voucher is redeemed exactly once, under any concurrency, retry or crash: each
// is one transaction whose truth is a conditional update and a unique key. Asking twice with the same key gives the
// same answer.
//
// The package must never know HTTP, WeChat or who a member is beyond her id; it never decides caps, and it writes facts
// as touches without knowing what the funnel makes of them.
package offers
