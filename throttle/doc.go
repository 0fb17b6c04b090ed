// Package throttle answers one question: may this offer go to this group now, and if not, why, and when is the next time
// it may?
//
// The kernel (decide.go, rule.go, calendar.go, quiet.go, clock.go) is pure: values in, verdict out, int64 UTC milliseconds throughout, no
// allocation, no clock. A placement is the closed interval of instants at which it could really be sent: [s, e] while the
// owner may still tap "send", [t, t] once the send is confirmed. A rule (scope, K, W) says "at most K sends in any window
// (t-W, t]"; it holds for every choice of send times exactly when no instant is covered by more than K of the enlarged
// intervals [s, e+W). Caps, the minimum gap, "the same offer once", competitors and groups with the same members are all
// rows of that one rule table. Ceilings per local day, week or month are a second one (calendar.go), and what is simply
// closed until an instant, whatever was sent, is a gate: a stop, a veto, a refusal, fatigue. Quiet hours and the offer's
// flight are the calendar around it.
//
// The ledger (ledger.go, confirm.go, explain.go) gives the kernel its rows and writes its verdict back, inside the
// caller's transaction and under the group's row lock.
//
// The package must never know how a message is sent, what a voucher is, or who a member is; and it never sends: whoever
// holds a reservation hands it over. Whatever it cannot read or does not understand it refuses.
package throttle
