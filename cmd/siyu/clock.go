package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync"
	"time"

	"siyu/models"
)

// storyClock is moved by the story and runs by itself afterwards.
type storyClock struct {
	models.ManualClock
	mu      sync.RWMutex
	started time.Time // wall time at which it began to run; zero while the story moves it
}

// Now returns the story's time.
func (c *storyClock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.started.IsZero() {
		return c.ManualClock.Now()
	}
	return c.ManualClock.Now().Add(time.Since(c.started))
}

// Run lets the clock go on at the pace of the wall.
func (c *storyClock) Run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.started = models.WallClock{}.Now()
}

// fileClock reads the time from a file of eight bytes, UTC milliseconds, big endian: so that a driver in another
// process moves this one's time. It is for tests of the whole program.
type fileClock struct {
	file *os.File
}

func openFileClock(path string) (*fileClock, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the clock: %w", err)
	}
	return &fileClock{file: f}, nil
}

// Now returns the time in the file; the zero time if it cannot be read, at which nothing is due.
func (c *fileClock) Now() time.Time {
	var b [8]byte
	if _, err := c.file.ReadAt(b[:], 0); err != nil {
		return time.Time{}
	}
	return time.UnixMilli(int64(binary.BigEndian.Uint64(b[:]))).UTC()
}
