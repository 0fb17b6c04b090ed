package models

import (
	"sync/atomic"
	"time"
)

// Millis is a time: UTC milliseconds since 1970. Zero means "never". Both engines keep it exactly, which their own
// date types do not.
type Millis int64

// MillisOf rounds t down to the millisecond.
func MillisOf(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time returns the time in UTC.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)).UTC() }

// Add returns m moved by d, whole milliseconds.
func (m Millis) Add(d time.Duration) Millis { return m + Millis(d/time.Millisecond) }

// Sub returns the time from n to m.
func (m Millis) Sub(n Millis) time.Duration { return time.Duration(m-n) * time.Millisecond }

// Clock tells the business time. The demo and the tests hand in one that they move themselves.
type Clock interface{ Now() time.Time }

// WallClock is the machine's clock.
type WallClock struct{}

// Now returns the wall time.
func (WallClock) Now() time.Time { return time.Now() }

// ManualClock stands still until it is moved. It is safe for concurrent use.
type ManualClock struct{ ms atomic.Int64 }

// NewManualClock starts a clock at t.
func NewManualClock(t time.Time) *ManualClock {
	c := &ManualClock{}
	c.Set(t)
	return c
}

// Now returns the time the clock was last set to.
func (c *ManualClock) Now() time.Time { return time.UnixMilli(c.ms.Load()).UTC() }

// Set moves the clock to t, also backwards.
func (c *ManualClock) Set(t time.Time) { c.ms.Store(t.UnixMilli()) }

// Advance moves the clock by d.
func (c *ManualClock) Advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// Reading is what two clocks of a machine show at one instant: the wall's, which people and the network set, and one that
// only ever counts on.
type Reading struct {
	Wall  time.Time
	Count time.Duration // since some instant
}

// Readings returns a function that reads both clocks of this machine.
func (WallClock) Readings() func() Reading {
	start := time.Now()
	return func() Reading {
		now := time.Now()
		return Reading{Wall: now.Round(0).UTC(), Count: now.Sub(start)} // rounding takes the counting part off
	}
}
