package offers

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strings"

	"siyu/models"
)

// A voucher's code is eleven symbols of Crockford's base 32 (55 bits), drawn as if by lot, and a check symbol, written in
// groups of four. The check is a weighted sum over GF(32) with twelve different weights, so every single wrong symbol and
// every swap of two symbols is noticed without asking the server.
const (
	codeSymbols  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeRandom   = 11
	codeLength   = codeRandom + 1
	codeGroup    = 4
	fieldPoly    = 0b100101 // x^5 + x^2 + 1, primitive over GF(2)
	codeNotASign = 0xff
)

// The eleven symbols are a number that is enciphered. The voucher keeps the number, by which the code is found; from that and
// the secret the code comes again, and from the number alone nothing. Numbers that are given together follow each other from a
// random one on, so that they lie side by side in the index: a page or two, where random ones take a page each. Vouchers of
// before have their code sealed, and a keyed hash of it to be found by.
const (
	codeBits     = 5 * codeRandom
	numberBytes  = (codeBits + 7) / 8
	proofBytes   = 4
	encipherCode = "voucher.code"
	proveCode    = "voucher.code.proof"
	sealCode     = "voucher.code" // of before
)

// Code is a voucher's code without separators, its check symbol included.
type Code string

func encode(values [codeRandom]byte) Code {
	var b [codeLength]byte
	for i, v := range values {
		b[i] = codeSymbols[v]
	}
	b[codeRandom] = codeSymbols[check(values)]
	return Code(b[:])
}

// String writes the code as people read it: XXXX-XXXX-XXXX.
func (c Code) String() string {
	if len(c) != codeLength {
		return string(c)
	}
	return string(c[:codeGroup] + "-" + c[codeGroup:2*codeGroup] + "-" + c[2*codeGroup:])
}

// ParseCode reads what somebody typed or scanned: case, spaces and dashes do not matter, and O, I, L and U are taken
// for the symbols they look like. A code whose check symbol is wrong costs no query.
func ParseCode(typed string) (Code, error) {
	var values [codeLength]byte
	n := 0
	for _, r := range strings.ToUpper(typed) {
		if r == '-' || r == ' ' || r == '\t' || r == '－' {
			continue
		}
		v := symbol(r)
		if v == codeNotASign || n == codeLength {
			return "", typo()
		}
		values[n] = v
		n++
	}
	if n != codeLength || check([codeRandom]byte(values[:codeRandom])) != values[codeRandom] {
		return "", typo()
	}
	return encode([codeRandom]byte(values[:codeRandom])), nil
}

func typo() error {
	return models.Errorf(models.Invalid, "code_typo", "this is not a code").With("field", "code")
}

func symbol(r rune) byte {
	switch r {
	case 'O':
		r = '0'
	case 'I', 'L':
		r = '1'
	case 'U':
		r = 'V'
	}
	if r >= 128 {
		return codeNotASign
	}
	if i := strings.IndexByte(codeSymbols, byte(r)); i >= 0 {
		return byte(i)
	}
	return codeNotASign
}

// check is the sum of alpha^(i+1) times the i-th symbol; the check symbol itself has weight 1.
func check(values [codeRandom]byte) byte {
	var sum byte
	weight := byte(1)
	for _, v := range values {
		weight = times(weight, 2)
		sum ^= times(weight, v)
	}
	return sum
}

// times multiplies in GF(32).
func times(a, b byte) byte {
	var product byte
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		a <<= 1
		if a&32 != 0 {
			a ^= fieldPoly
		}
	}
	return product
}

// value is the number that the symbols write.
func (c Code) value() uint64 {
	var n uint64
	for i := range codeRandom {
		n = n<<5 | uint64(symbol(rune(c[i])))
	}
	return n
}

// codeOf is the code whose symbols write a number.
func codeOf(n uint64) Code {
	var values [codeRandom]byte
	for i := codeRandom - 1; i >= 0; i-- {
		values[i] = byte(n & 31)
		n >>= 5
	}
	return encode(values)
}

// refs lists what the voucher of a code may have kept of it: its number, or the hash of one of before. That a code is both is as
// seldom as that two are the same; it is the newer one's then.
func (c Code) refs(k *models.Keys) [][]byte {
	return [][]byte{numberOf(k.Decipher(encipherCode, codeBits, c.value())), k.MAC(sealCode, []byte(c))}
}

// NewCode is a code that nobody has yet, with what its voucher keeps.
type NewCode struct {
	Code       Code
	Ref, Proof []byte // its CodeRef and CodeProof
}

// NewCodes makes codes for vouchers that may be given together. Nobody can guess one, who has others of them neither.
func NewCodes(k *models.Keys, n int) []NewCode {
	var from [8]byte
	_, _ = rand.Read(from[:])
	return codesFrom(k, binary.BigEndian.Uint64(from[:]), n)
}

// codesFrom makes the codes of n numbers from one on; the least follows the greatest.
func codesFrom(k *models.Keys, from uint64, n int) []NewCode {
	all := make([]NewCode, n)
	for i := range all {
		number := (from + uint64(i)) & (1<<codeBits - 1)
		all[i] = NewCode{codeOf(k.Encipher(encipherCode, codeBits, number)), numberOf(number), proofOf(k, number)}
	}
	return all
}

// numberOf writes a number as a voucher keeps it.
func numberOf(n uint64) []byte {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	return b[8-numberBytes:]
}

// proofOf tells one secret from another: enciphered with another one a number would become another code, and nobody would notice.
func proofOf(k *models.Keys, number uint64) []byte {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], k.Encipher(proveCode, codeBits, number))
	return b[8-proofBytes:]
}

// OpenCode returns the code of a voucher, as people read it.
func OpenCode(k *models.Keys, v models.Voucher) (string, error) {
	if len(v.CodeRef) != numberBytes {
		plain, err := k.Open(sealCode, v.CodeProof)
		return Code(plain).String(), err
	}
	var b [8]byte
	copy(b[8-numberBytes:], v.CodeRef)
	number := binary.BigEndian.Uint64(b[:])
	if number>>codeBits != 0 || !bytes.Equal(v.CodeProof, proofOf(k, number)) {
		return "", fmt.Errorf("the code of voucher %s does not open: was SIYU_SECRET_KEY changed?", v.ID)
	}
	return codeOf(k.Encipher(encipherCode, codeBits, number)).String(), nil
}
