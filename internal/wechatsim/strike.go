package wechatsim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// strike is when a fault happens: the conditions that faults of calls and of
// pushes have in common.
type strike struct {
	id          int
	account     string
	every       int
	rate        float64
	from, until time.Time
	seen, fired int64
}

// newStrike numbers a fault and settles how often it happens; mu is held.
func (s *Sim) newStrike(account string, every int, rate float64, from time.Time, span time.Duration, times int) (strike, int) {
	st := strike{id: int(s.next("fault")), account: account, every: every, rate: rate, from: from}
	if times == 0 {
		times = 1
		if every > 1 || rate > 0 || span > 0 {
			times = -1
		}
	}
	if st.from.IsZero() {
		st.from = s.now()
	}
	if span > 0 {
		st.until = st.from.Add(span)
	}
	return st, times
}

// strikes says whether a fault happens to one more call or push, and counts
// it; times is how often it still may.
func (s *Sim) strikes(st *strike, times *int, acc *account, now time.Time) bool {
	if (st.account != "" && st.account != accountID(acc)) || now.Before(st.from) ||
		(!st.until.IsZero() && !now.Before(st.until)) {
		return false
	}
	st.seen++
	if st.every > 1 && st.seen%int64(st.every) != 0 {
		return false
	}
	if st.rate > 0 && !s.chance(st.rate, "fault", strconv.Itoa(st.id), strconv.FormatInt(st.seen, 10)) {
		return false
	}
	st.fired++
	if *times > 0 {
		*times--
	}
	return true
}

// terms collects the words that describe a fault.
type terms []string

func (t *terms) add(on bool, format string, args ...any) {
	if on {
		*t = append(*t, fmt.Sprintf(format, args...))
	}
}

// when adds the conditions and joins all.
func (t *terms) when(account string, every int, rate float64, span time.Duration) string {
	t.add(account != "", "account %s", account)
	t.add(every > 1, "every %d", every)
	t.add(rate > 0, "rate %g", rate)
	t.add(span > 0, "for %s", span)
	return strings.Join(*t, ", ")
}
