// Package story is the demo's simulated community and the driver that lives it.
//
// [Seed] writes the community down: its accounts, brands, groups, policies, videos and tracked entries. [Run] lets a
// few hundred simulated people watch, scan, follow, join, open, claim, redeem and come back over four simulated weeks,
// with two brands and an organiser who work through the console's API. People act on the simulated WeChat through its
// Go methods; everything between WeChat and Siyu, and between every client and Siyu, is real HTTP.
//
// One event happens at a time, in the order of simulated time, and the server settles before and after each. Every
// choice is drawn from a stream of its own (stream.go), so one seed gives one story, whatever else changes.
//
// [Recount] reads the raw rows when it is over and counts broken promises. It must never share code with the rooms
// that make those promises: it imports neither throttle nor offers. The driver must never know how the server works
// inside: it sees the API, the simulator, and for the recount the store.
package story
