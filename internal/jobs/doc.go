// Package jobs runs work after the transaction that asked for it.
//
// A job is a row written in the business transaction ([Enqueue]), so it exists if and only if the business row does.
// A [Runner] takes due jobs by compare-and-set and runs each at least once: a process that dies in the middle leaves
// a lease that runs out, and another one starts the job again. Work must therefore be safe to repeat; natural keys in
// the store make it so. The database is the engine; the package must never know what the jobs are about.
package jobs
