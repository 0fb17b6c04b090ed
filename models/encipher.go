package models

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
)

// Encipher maps the numbers of some bits to each other, one to one and as if drawn by lot for who does not have the secret. It is FF1
// of NIST SP 800-38G (radix 2, no tweak, AES-256), for 20 bits, a million numbers, to 63. No library for it in Go is kept, and
// those there are count with big numbers.
func (k *Keys) Encipher(purpose string, bits int, n uint64) uint64 {
	f := k.feistel(purpose, bits, n)
	for i := range feistelRounds {
		f.a, f.b = f.b, (f.a+f.round(i, f.b))&f.mask(i)
	}
	return f.a<<f.low | f.b
}

// Decipher finds the number that Encipher mapped to n.
func (k *Keys) Decipher(purpose string, bits int, n uint64) uint64 {
	f := k.feistel(purpose, bits, n)
	for i := feistelRounds - 1; i >= 0; i-- {
		f.a, f.b = (f.b-f.round(i, f.a))&f.mask(i), f.a
	}
	return f.a<<f.low | f.b
}

const feistelRounds = 10

// feistel is a number in two halves on its way through FF1; there are ten rounds, so both are in their places again at the end.
type feistel struct {
	block     cipher.Block
	high, low int // bits of the upper and the lower half
	a, b      uint64
	first     [aes.BlockSize]byte // what the standard calls P, already encrypted: it is the same in every round
	buffer    [aes.BlockSize]byte
}

func (k *Keys) feistel(purpose string, bits int, n uint64) *feistel {
	if bits < 20 || bits > 63 || n>>bits != 0 {
		panic(fmt.Sprintf("%d is no number of %d bits to encipher", n, bits))
	}
	f := &feistel{block: k.block(purpose), high: bits / 2, low: bits - bits/2}
	f.a, f.b = n>>f.low, n&(1<<f.low-1)
	f.buffer = [aes.BlockSize]byte{1, 2, 1, 0, 0, 2, feistelRounds, byte(f.high), 0, 0, 0, byte(bits)} //nolint:gosec // version, method, radix, rounds, and lengths of at most 63
	f.block.Encrypt(f.first[:], f.buffer[:])
	return f
}

// round is the pseudorandom number of a round and a half: the last block of a CBC-MAC, of which the first eight bytes count.
func (f *feistel) round(i int, half uint64) uint64 {
	f.buffer = f.first
	var q [aes.BlockSize]byte // the number of the round, and the half in as few bytes as all of them need
	binary.BigEndian.PutUint64(q[8:], half)
	q[aes.BlockSize-1-(f.low+7)/8] = byte(i) //nolint:gosec // at most ten
	for j := range q {
		f.buffer[j] ^= q[j]
	}
	f.block.Encrypt(f.buffer[:], f.buffer[:])
	return binary.BigEndian.Uint64(f.buffer[:])
}

// mask keeps the bits of the half that a round changes.
func (f *feistel) mask(i int) uint64 {
	if i%2 == 0 {
		return 1<<f.high - 1
	}
	return 1<<f.low - 1
}

func (k *Keys) block(purpose string) cipher.Block {
	if block, has := k.blocks.Load(purpose); has {
		return block.(cipher.Block)
	}
	block, err := aes.NewCipher(k.derive("encipher/" + purpose))
	if err != nil {
		panic(err)
	}
	k.blocks.Store(purpose, block)
	return block
}
