// Package desk is where an organiser works with the throttle: she reads and changes the rules, sees what a change would
// have held and would hold, asks why something may not go out and when it may, looks at the free slots of the coming weeks,
// at what an offer would get before it is launched, and at what the sponsored posts have cost and brought.
//
// It loads rows, asks the kernel, the planner and the statistics, and gives their answers words. It decides nothing by
// itself: what it foretells is asked of the code that decides.
package desk
