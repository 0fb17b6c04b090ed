package lift

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// Arm is what a group gets for a season.
type Arm uint8

// The arms. Full is everything the rules allow.
const (
	Full Arm = iota
	Half     // half as many
	None     // nothing
)

// String names the arm.
func (a Arm) String() string { return [...]string{"full", "half", "none"}[min(a, None)] }

// Shares are the parts of the groups in the two arms that get less, in percent. Together they are at most 100.
type Shares struct{ None, Half int }

const dayMillis = 24 * 60 * 60 * 1000

// Season is the stretch [From, To) in UTC milliseconds for which the same groups are held out. Seasons of a length are
// numbered from 1970 on, so all groups and all instances agree without asking one another.
type Season struct {
	Number   int64
	Days     int
	From, To int64
}

// SeasonAt is the season of a number of days that an instant lies in. A length that is no season is one without an end.
func SeasonAt(days int, at int64) Season {
	if days <= 0 {
		return Season{From: math.MinInt64, To: math.MaxInt64}
	}
	length := int64(days) * dayMillis
	n := at / length
	if at%length < 0 {
		n--
	}
	return Numbered(days, n)
}

// Numbered is the season of a length with a number.
func Numbered(days int, number int64) Season {
	length := int64(days) * dayMillis
	return Season{Number: number, Days: days, From: number * length, To: (number + 1) * length}
}

// Draw says which arm a group is in. It depends on nothing but the community (so that two do not hold out alike), the group
// and the season: a group that is added or removed changes no other's arm, and a share that grows only adds to its arm,
// because the arms grow from opposite ends.
func Draw(community, group int64, s Season, shares Shares) Arm {
	var b [4 * 8]byte
	for i, n := range [...]int64{community, group, s.Number, int64(s.Days)} {
		binary.BigEndian.PutUint64(b[8*i:], uint64(n)) //nolint:gosec // every bit counts, whatever its sign
	}
	sum := sha256.Sum256(b[:])
	const scale = 1 << 32
	at := float64(binary.BigEndian.Uint32(sum[:4])) / scale * 100 // [0, 100)
	switch {
	case at < float64(shares.None):
		return None
	case at >= 100-float64(shares.Half):
		return Half
	}
	return Full
}
