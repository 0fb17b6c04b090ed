package app

import "runtime"

// heapFloor is a heap below which a server's garbage is not worth collecting often.
const heapFloor = 64 << 20

// HeapFloor keeps heapFloor bytes that nobody writes to, and which so take no memory, until the returned function is called. What
// a server keeps for good is a few megabytes, and the collector comes each time as much again has been thrown away: under a
// sale that is many times a second, each time looking through the stacks of everybody who waits. With the floor it comes when
// some 80 MB were thrown away. A heap that is large itself is collected as ever, so the memory stays bounded by twice of what is
// in use and the floor. GOGC means what it always means; GOMEMLIMIT counts the floor although it takes no memory.
func HeapFloor() (release func()) {
	floor := make([]byte, heapFloor)
	return func() { runtime.KeepAlive(floor) }
}
