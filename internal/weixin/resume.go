package weixin

import (
	"errors"
	"time"
)

// The platform counts its days in China's time, whatever the account's country.
const chinaOffset = 8 * 60 * 60

// ResumeAt says when a call that was refused for having been made too often may be made again, and reports false for an
// error of any other class, or when waiting does not help because the quota is for life.
func ResumeAt(err error, now time.Time) (time.Time, bool) {
	if Classify(err) != Quota {
		return time.Time{}, false
	}
	if stopped, ok := errors.AsType[*StoppedError](err); ok {
		return stopped.Until, true
	}
	var kind Kind
	if refused, ok := errors.AsType[*APIError](err); ok {
		kind = refused.Kind
	}
	code, _ := Code(err)
	return resumeAt(code, kind, now)
}

// resumeAt is ResumeAt for an errcode.
func resumeAt(code int, kind Kind, now time.Time) (time.Time, bool) {
	switch code {
	case 44990:
		return now.Add(time.Second), true
	case 44991, 45011:
		return nextMinute(now), true
	case 45009, 44993:
		if kind == WeCom { // it has no daily quota: the code is for its limits per minute and per hour
			return nextMinute(now), true
		}
		return chinaMidnight(now), true
	case 48006:
		return chinaMonth(now), true
	}
	return time.Time{}, false
}

func nextMinute(now time.Time) time.Time { return now.Truncate(time.Minute).Add(time.Minute) }

// chinaMidnight is when the platform's next day begins.
func chinaMidnight(now time.Time) time.Time {
	day := inChina(now)
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, day.Location())
}

// chinaMonth is when the platform's next month begins.
func chinaMonth(now time.Time) time.Time {
	day := inChina(now)
	return time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, day.Location())
}

func inChina(now time.Time) time.Time { return now.In(time.FixedZone("China", chinaOffset)) }
