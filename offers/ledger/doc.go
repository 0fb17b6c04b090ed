// Package ledger keeps the two books of a community, both double-entry: its members' points, and what its sponsors owe.
//
// Everything that happens is a transfer from one purse to another, written in the transaction of what caused it and never
// changed. Its id is a hash of its cause, so booking a cause twice is booking it once. Only members have a row with their
// balance; what is in the house's own purses is the sum of the transfers, so that no row is everybody's.
//
// book.go is the arithmetic of one member's points, lots and debts; post.go reads, applies it and writes. charge.go writes what
// a brand owes when a voucher is claimed or written off and when a post is confirmed, by the contract in force (contract.go).
// statement.go closes a month: from then on each charge is in exactly one statement, and what happens to it later is a line of
// a later one. month.go says when a local month begins, cap.go what of it is too much.
//
// The package works in the caller's transaction and knows neither HTTP nor WeChat.
package ledger
