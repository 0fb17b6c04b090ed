package throttle

// maxNights is how many nights a search for a slot passes: more than a year of them, so that it has seen every day the
// clock knows. Quiet hours of nearly the whole day never leave a useful interval, and the search must end.
const maxNights = 400

// Input is everything Decide looks at. All times are UTC milliseconds, all lengths milliseconds.
type Input struct {
	Live     []Entry    // what counts in this group, back to now minus the longest W and the longest calendar unit; any order
	Rules    []Rule     // all of them must hold
	Calendar []Calendar // and all of these, by Clock
	Clock    *Clock     // the group's zone; without one no calendar rule holds
	Quiet    *Quiet     // nil: no quiet hours
	Gates    []Gate     // all of them must be open

	Brand, Offer, Category int64 // the candidate; 0 asks about the group alone
	Start, End             int64 // the flight [Start, End); End = 0 is open

	Hold        int64 // how long the owner has to send; the interval is never longer
	MinWindow   int64 // the least stretch worth handing over (at most Hold counts)
	PausedUntil int64 // no sends before; 0 not paused, Never until somebody resumes
	ClockFloor  int64 // the latest instant the ledger knows; a clock before it is not believed
}

// Verdict is the answer. If Allow, the placement may be sent at any instant of [S, E]. If not, Reasons is every reason
// that holds at the asked instant, Deciding the one among them that frees last, and Next the first instant at which the
// same question on the same ledger is answered with Allow, or Never.
type Verdict struct {
	Allow    bool
	S, E     int64
	Reasons  Reasons
	Deciding Reason
	Next     int64
}

// Decide answers whether the candidate may be reserved at now. Pure; it does not allocate.
func Decide(in Input, now int64) Verdict {
	if in.End == 0 {
		in.End = Never
	}
	at, e, why := in.opens(now)
	b := blame{latest: -1, next: Never}
	if why != None || at != now {
		in.blameCalendar(&b, now, at, why)
		in.blameRules(&b, now, now) // closed now: the rules are asked about a send at this very instant
		b.next, why = in.next(at, e, why)
	} else if until := in.blameRules(&b, now, e); until == 0 {
		return Verdict{Allow: true, S: now, E: e, Next: now}
	} else if until != Never {
		at, e, why = in.opens(until)
		b.next, why = in.next(at, e, why)
	}
	return Verdict{Reasons: b.reasons.With(why), Deciding: b.deciding, Next: b.next}
}

// Gate is closed before Until, whatever the ledger says, and Never opens by itself. Code tells people why.
type Gate struct {
	Until int64
	Code  Reason
}

// gate is when all gates are open, and which of them opens last.
func (in *Input) gate() (until int64, why Reason) {
	until = -Never
	for _, g := range in.Gates {
		if g.Until > until {
			until, why = g.Until, g.Code
		}
	}
	return until, why
}

// opens is the first instant at or after t at which the calendar allows a useful interval [at, e]. If there is none, why
// names what stands in the way for ever: the flight's end or a pause without end; WindowShort if the calendar never opens
// for long enough.
func (in *Input) opens(t int64) (at, e int64, why Reason) {
	need := max(1, min(in.MinWindow, in.Hold+1))
	gate, closed := in.gate()
	t = max(t, in.Start, in.PausedUntil, in.ClockFloor, gate)
	for nights := 0; ; nights++ {
		switch {
		case in.PausedUntil == Never:
			return Never, Never, Paused
		case gate == Never:
			return Never, Never, closed
		case t >= in.End || in.End-t < need:
			return Never, Never, OfferEnded
		case in.Hold < 0 || nights > 4*maxNights: // each night is met twice, as too near and as now, and each midnight once
			return Never, Never, WindowShort
		}
		quiet, until := in.Quiet.Span(t)
		if quiet && until == Never {
			return Never, Never, WindowShort
		}
		if quiet {
			t = until
			continue
		}
		until = min(until, in.turns(t)) // an interval lies in one day, week or month: what counts there is then known
		if e = min(after(t, in.Hold), until-1, in.End-1); e-t+1 >= need {
			return t, e, None
		}
		t = until // the flight's end was excluded above, so it is the night or the midnight that comes too soon
	}
}

// crowded is 0 if every rule holds for [s, e], else the first instant by which all overfull stretches are over.
func (in *Input) crowded(s, e int64) int64 {
	var latest int64
	for _, r := range in.Rules {
		until, _ := r.refuses(in, s, e)
		latest = max(latest, until)
	}
	for _, c := range in.Calendar {
		until, _ := c.refuses(in, s)
		latest = max(latest, until)
	}
	return latest
}

// next is the first instant from at on at which calendar and rules allow together; at, e and why are what opens said. It
// leaves out no instant: within a stretch that crowded reports, the interval's end only moves forward with its start, so
// it keeps touching the stretch.
func (in *Input) next(at, e int64, why Reason) (int64, Reason) {
	for why == None {
		until := in.crowded(at, e)
		if until == 0 {
			return at, None
		}
		if until == Never {
			return Never, None
		}
		at, e, why = in.opens(until)
	}
	return Never, why
}

// blame collects reasons and keeps the one that frees last; of equals the first.
type blame struct {
	reasons  Reasons
	deciding Reason
	latest   int64
	next     int64
}

func (b *blame) add(r Reason, until int64) {
	b.reasons = b.reasons.With(r)
	if until > b.latest {
		b.deciding, b.latest = r, until
	}
}

func (in *Input) blameCalendar(b *blame, now, at int64, why Reason) {
	if now >= in.End {
		b.add(OfferEnded, Never)
	}
	if in.Start > now {
		b.add(NotStarted, in.Start)
	}
	if in.PausedUntil > now {
		b.add(Paused, in.PausedUntil)
	}
	if in.ClockFloor > now {
		b.add(ClockBehind, in.ClockFloor)
	}
	if quiet, until := in.Quiet.Span(now); quiet {
		b.add(QuietHours, until)
	}
	for _, g := range in.Gates {
		if g.Until > now {
			b.add(g.Code, g.Until)
		}
	}
	if b.reasons == 0 && at != now {
		if why == OfferEnded || why == None {
			why = WindowShort
		}
		b.add(why, at)
	}
}

// blameRules returns the first instant by which every rule that refuses now is over; 0 if none does.
func (in *Input) blameRules(b *blame, now, e int64) int64 {
	var latest int64
	for _, r := range in.Rules {
		until, over := r.refuses(in, now, e)
		latest = max(latest, b.rule(r.code(), until, over))
	}
	for _, c := range in.Calendar {
		until, over := c.refuses(in, now)
		latest = max(latest, b.rule(c.code(), until, over))
	}
	return latest
}

// rule blames a rule if it refuses, and returns until when it does.
func (b *blame) rule(code Reason, until int64, over bool) int64 {
	if until == 0 {
		return 0
	}
	b.add(code, until)
	if over {
		b.reasons = b.reasons.With(Debt)
	}
	return until
}
