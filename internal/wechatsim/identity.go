package wechatsim

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

const (
	base62    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	base64url = base62 + "-_"
)

// derive hashes the seed and the parts: the source of every id.
func (s *Sim) derive(parts ...string) [sha256.Size]byte {
	h := sha256.New()
	var seed [8]byte
	binary.BigEndian.PutUint64(seed[:], uint64(s.opts.Seed))
	h.Write(seed[:])
	for _, p := range parts {
		h.Write([]byte{0})
		h.Write([]byte(p))
	}
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	return sum
}

// mint makes an id: a prefix and n characters of the alphabet.
func (s *Sim) mint(prefix, alphabet string, n int, parts ...string) string {
	out := make([]byte, 0, len(prefix)+n)
	out = append(out, prefix...)
	for round := 0; len(out) < len(prefix)+n; round++ {
		sum := s.derive(append([]string{prefix, strconv.Itoa(round)}, parts...)...)
		for _, b := range sum {
			if len(out) == len(prefix)+n {
				break
			}
			out = append(out, alphabet[int(b)%len(alphabet)])
		}
	}
	return string(out)
}

// mintHex makes a lower-case hex id of 32 characters.
func (s *Sim) mintHex(parts ...string) string {
	sum := s.derive(parts...)
	return hex.EncodeToString(sum[:16])
}

// mintKey makes 16 bytes in base64, as a session_key is.
func (s *Sim) mintKey(parts ...string) string {
	sum := s.derive(parts...)
	return base64.StdEncoding.EncodeToString(sum[:16])
}

// chance decides one thing with probability rate; the same parts always get
// the same answer.
func (s *Sim) chance(rate float64, parts ...string) bool {
	if rate <= 0 {
		return false
	}
	sum := s.derive(append([]string{"chance"}, parts...)...)
	return float64(binary.BigEndian.Uint64(sum[:8])>>11)/(1<<53) < rate
}
