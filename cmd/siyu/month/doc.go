// Package month lives a simulated month and holds the book against what really happened: groups of both kinds, owners who
// confirm early, late, twice, never or falsely, staff who post by hand, lost and reordered callbacks, answers that are lost
// after the platform did what it was asked, and a server process that is killed every day in the middle of its work. At the
// end every post that really appeared is looked for in the book, every post in the book is looked for in the simulator's own
// log, and every group's members are compared one by one.
//
// It is tests only. `go test` lives a short month on SQLite; `make month` the long one, on both engines.
package month
