// Package whatif tries policies of sponsored posting on simulated communities.
//
// A World (world.go, read strictly from YAML by read.go) says how people are: how they tire of sponsored posts, how fast
// they recover, when they leave or mute, how well offers suit them, how late owners send and how much of what happens is
// ever reported. A crowd (people.go, stream.go) is one draw of a world from one seed. A Policy (policy.go) says what is
// posted. It is told what a real Siyu hears: joins, quits that were reported, head counts, clicks, organic posts, and
// what became of its own posts. What people feel stays hidden from it.
//
// The same seed gives the same people, the same offers and the same chance to every policy: chance is drawn by member and
// day (draw.go), never in the order in which a policy asks. So two policies differ by what they did and nothing else.
//
// Compare (compare.go) runs worlds x seeds x policies over the cores and holds each policy against the best fixed caps.
//
// The package must never know a store, a clock or a real community: it is arithmetic.
package whatif
