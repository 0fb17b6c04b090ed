package keeper

import (
	"encoding/binary"
	"errors"
	"math"

	"siyu/models"
	"siyu/throttle/fatigue"
)

// memory is what counts of a group's days: its leaves by exposure, and what the best offers for it were worth.
type memory struct {
	evidence fatigue.Evidence
	values   fatigue.Values
}

// Version of the stored form of a memory and of a prior. What has another one is not read but learnt again.
const version = 1

// errMemory says that a stored memory cannot be read.
var errMemory = errors.New("what was learnt of a group is not readable")

// encode writes a memory: the mean of values in two 64-bit floats, then the evidence.
func (m *memory) encode() ([]byte, error) {
	b := binary.LittleEndian.AppendUint64(nil, math.Float64bits(m.values.Sum))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(m.values.Weight))
	return m.evidence.AppendBinary(b)
}

func decode(b []byte) (m memory, err error) {
	const head = 16
	if len(b) == 0 {
		return m, nil
	}
	if len(b) < head {
		return m, errMemory
	}
	m.values.Sum = math.Float64frombits(binary.LittleEndian.Uint64(b))
	m.values.Weight = math.Float64frombits(binary.LittleEndian.Uint64(b[8:]))
	if !(m.values.Sum >= 0) || !(m.values.Weight >= 0) || math.IsInf(m.values.Sum, 0) || math.IsInf(m.values.Weight, 0) {
		return memory{}, errMemory
	}
	return m, m.evidence.UnmarshalBinary(b[head:])
}

// How days are put together: a stretch of days is closed at once, its weight fades by what [fatigue.Kept] says, and what counts
// as too many leaves for one day is judged anew. Closed memories are kept as they are stored, so that going on from a
// stored one and beginning again come to the same.
const stretch = 14 // days

// recall puts the days of a group into its memory, after those that are in base. closed is the memory at the end of the last
// stretch that late news can no longer change, and closedDay its last day; before the first such it is base.
//
// The bound on one day's leaves is drawn by what the group's own days say beside the belief that every community begins
// with: what other groups do must not change what this group's days were.
func recall(base memory, baseDay int, days []models.GroupDay) (now, closed memory, closedDay int, err error) {
	b := fatigue.Belief{Evidence: base.evidence}
	first := fatigue.NewPrior()
	b.Learn(first)
	now, closed, closedDay = base, base, baseDay
	for i, d := range days {
		if before := dayBefore(baseDay, days, i); before != 0 && before/stretch != d.Day/stretch {
			now.evidence = b.Evidence
			if now, err = now.close(); err != nil {
				return now, closed, closedDay, err
			}
			b.Evidence = now.evidence
			b.Learn(first)
			if end := d.Day/stretch*stretch - 1; end+lateDays < days[len(days)-1].Day {
				closed, closedDay = now, end
			}
		}
		b.Observe(observation(d))
		now.values.Observe(d.Best)
	}
	now.evidence = b.Evidence
	return now, closed, closedDay, nil
}

// dayBefore is the day that was put into memory before the i-th; 0 if it is the first at all. A memory that was closed is
// closed: the day after it begins a new stretch without closing again.
func dayBefore(baseDay int, days []models.GroupDay, i int) int {
	if i > 0 {
		return days[i-1].Day
	}
	if baseDay != 0 {
		return days[0].Day
	}
	return 0
}

// close ends a stretch.
func (m memory) close() (memory, error) {
	m.evidence.Fade(fatigue.Kept(stretch))
	b, err := m.encode()
	if err != nil {
		return m, err
	}
	return decode(b)
}

// observation is a day as the learner takes it.
func observation(d models.GroupDay) fatigue.Observation {
	return fatigue.Observation{MemberDays: d.MemberDays, Quits: float64(d.Quits), Complaints: float64(d.Complaints),
		Vetoes: float64(d.Vetoes), X: [fatigue.Memories]float64{d.FeltShort, d.Felt, d.FeltLong}}
}
