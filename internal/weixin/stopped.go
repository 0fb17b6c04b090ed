package weixin

import (
	"fmt"
	"time"
)

// StoppedError is a call that was not made, because the platform has just said that it would be refused, or does not
// answer at all. Nothing went over the network.
type StoppedError struct {
	API   string    // the path that was to be called
	Class Class     // what to do about it
	Code  int       // the errcode that stopped it; 0 when there was none
	Until time.Time // when it is tried again
	Err   error     // what was seen last; may be nil
}

func (e *StoppedError) Error() string {
	text := fmt.Sprintf("weixin: %s: not called before %s", e.API, e.Until.UTC().Format(time.RFC3339))
	if e.Code != 0 {
		text += fmt.Sprintf(": errcode=%d", e.Code)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *StoppedError) Unwrap() error { return e.Err }
