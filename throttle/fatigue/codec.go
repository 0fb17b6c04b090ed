package fatigue

import (
	"encoding/binary"
	"errors"
	"math"
)

// evidenceVersion is the first byte of stored evidence.
const evidenceVersion = 1

// errEvidence says that stored evidence cannot be read.
var errEvidence = errors.New("evidence of fatigue is not readable")

// AppendBinary appends the evidence in its stored form: a version, the complaints, then for every level of exposure that was ever seen
// its index and seven 32-bit floats. A group that gets three ads a week needs about 600 bytes.
func (e *Evidence) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, evidenceVersion)
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(e.complaints)))
	for m := range e.counts {
		for i := range e.counts[m] {
			c := &e.counts[m][i]
			if c.days <= 0 {
				continue
			}
			b = append(b, byte(m*bins+i))
			for _, v := range [...]float64{c.days, c.x, c.xx, c.leaves, c.lx, c.lxx, c.lxxxx} {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
			}
		}
	}
	return b, nil
}

// UnmarshalBinary reads the stored form. What it cannot read it refuses whole: half an evidence would be a wrong one.
func (e *Evidence) UnmarshalBinary(b []byte) error {
	const head, row = 1 + 4, 1 + 7*4
	if len(b) < head || b[0] != evidenceVersion || (len(b)-head)%row != 0 {
		return errEvidence
	}
	read := Evidence{complaints: float64(math.Float32frombits(binary.LittleEndian.Uint32(b[1:])))}
	if !(read.complaints >= 0) || math.IsInf(read.complaints, 0) {
		return errEvidence
	}
	for b = b[head:]; len(b) > 0; b = b[row:] {
		if int(b[0]) >= Memories*bins {
			return errEvidence
		}
		var v [7]float64
		for i := range v {
			v[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[1+4*i:])))
			if !(v[i] >= 0) || math.IsInf(v[i], 0) {
				return errEvidence
			}
		}
		read.counts[int(b[0])/bins][int(b[0])%bins] = count{v[0], v[1], v[2], v[3], v[4], v[5], v[6]}
	}
	*e = read
	return nil
}
