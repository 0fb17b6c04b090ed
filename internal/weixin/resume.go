package weixin

import "time"

// The platform counts its days in China's time, whatever the account's country.
const chinaOffset = 8 * 60 * 60

// ResumeAt says when a call that was refused for having been made too often may be made again, and reports false for an
// error of any other class, or when waiting does not help because the quota is for life.
func ResumeAt(err error, now time.Time) (time.Time, bool) {
	if Classify(err) != Quota {
		return time.Time{}, false
	}
	code, _ := Code(err)
	switch code {
	case 44990:
		return now.Add(time.Second), true
	case 44991, 45011:
		return now.Truncate(time.Minute).Add(time.Minute), true
	case 45009, 44993:
		day := now.In(time.FixedZone("China", chinaOffset))
		return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, day.Location()), true
	}
	return time.Time{}, false
}
