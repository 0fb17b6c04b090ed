package weixin

import (
	"errors"
	"time"
)

// accountPause is how long work waits whose account WeChat turns away as a whole: a new address on the list of allowed
// ones takes up to ten minutes to count.
const accountPause = 10 * time.Minute

// RetryAt says when it is worth making a call again that was refused for a reason only time or the operator can mend: the
// quota comes back (see ResumeAt), the whole account is turned away (our address, its secret, its standing), or the call
// was not even made (StoppedError). Work that meets such a refusal waits and must not count it as a failure of its own. It
// reports false for every other error.
func RetryAt(err error, now time.Time) (time.Time, bool) {
	if stopped, ok := errors.AsType[*StoppedError](err); ok && !Hopeless(err) {
		return stopped.Until, true
	}
	if at, known := ResumeAt(err, now); known {
		return at, true
	}
	if turnedAway(err) {
		return now.Add(accountPause), true
	}
	return time.Time{}, false
}

// Hopeless reports that a call as it was made cannot succeed later either: the person or group cannot be reached, the
// request is wrong, or the account has no right to it. An account that is turned away as a whole is not hopeless, and
// neither is one this process does not know: it may have been connected in another one.
func Hopeless(err error) bool {
	switch Classify(err) {
	case Gone, Invalid:
		return true
	case Denied:
		_, said := Code(err)
		return said && !turnedAway(err)
	case None, Temporary, Quota:
	}
	return false
}

// turnedAway reports that the platform serves the account nothing until somebody mends it.
func turnedAway(err error) bool {
	if Classify(err) != Denied {
		return false
	}
	code, said := Code(err)
	var api string
	if e, ok := errors.AsType[*APIError](err); ok {
		api = e.API
	}
	return said && isAccountWide(code, api)
}

// isAccountWide tells the codes of Denied that are about the account and not about one API or one request: our address,
// its secret, its standing. An appid that is wrong is the account's own only where a token is asked for.
func isAccountWide(code int, api string) bool {
	switch code {
	case 40125, 40243, 50002: // secret wrong; secret frozen; account frozen
		return true
	case 40001, 40013: // as Denied: secret wrong; appid wrong
		return isTokenAPI(api)
	}
	return isAddress(code)
}

// isUngranted tells the codes that say that the account may not use an API: not granted (48002 on WeCom), taken away for
// what was done with it.
func isUngranted(code int) bool {
	switch code {
	case 43107, 48001, 48002, 48004:
		return true
	}
	return false
}

// isAddress tells the codes that say that our address is not welcome.
func isAddress(code int) bool {
	switch code {
	case 40164, 61004, 60020, 89501, 89503, 89506, 89507:
		return true
	}
	return false
}
