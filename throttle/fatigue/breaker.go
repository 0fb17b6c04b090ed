package fatigue

import "math"

// Breaker pauses a group whose members leave in a wave. It looks at the self-quits of 48 hours beside those foreseen.
type Breaker struct {
	Tail  float64 // how unlikely a wave must be by chance; 0 is 0.001
	Least int     // fewer leaves never trip it; 0 is 4
	Pause int64   // how long it pauses a group, ms; 0 is seven days
}

// BreakerWindow is how long a wave is looked for, ms.
const BreakerWindow = 2 * day

// Until is the instant until which a group stays paused if quits left in the 48 hours to now where expected were foreseen;
// 0 if that can happen by chance.
func (k Breaker) Until(now int64, quits int, expected float64) int64 {
	tail, least, pause := k.Tail, k.Least, k.Pause
	if tail <= 0 {
		tail = 0.001
	}
	if least <= 0 {
		least = 4
	}
	if pause <= 0 {
		pause = 7 * day
	}
	if quits < least || Tail(quits, expected) > tail {
		return 0
	}
	return now + pause
}

// Tail is the chance of n or more when expected are foreseen (Poisson).
func Tail(n int, expected float64) float64 {
	if n <= 0 {
		return 1
	}
	if !(expected > 0) {
		return 0
	}
	if float64(n) <= expected {
		return 1 - below(n, expected)
	}
	// The first term of the tail, and the rest as multiples of it: no cancellation far out.
	log, _ := math.Lgamma(float64(n) + 1)
	term := math.Exp(float64(n)*math.Log(expected) - expected - log)
	sum := 0.0
	for i := n + 1; term > sum*1e-17; i++ {
		sum += term
		term *= expected / float64(i)
	}
	return min(1, sum)
}

// below is the chance of fewer than n.
func below(n int, expected float64) float64 {
	sum := 0.0
	for i := range n {
		log, _ := math.Lgamma(float64(i) + 1)
		sum += math.Exp(float64(i)*math.Log(expected) - expected - log)
	}
	return min(1, sum)
}
