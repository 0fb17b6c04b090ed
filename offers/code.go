package offers

import (
	"crypto/rand"
	"strings"

	"siyu/models"
)

// A voucher's code is eleven random symbols of Crockford's base 32 (55 bits) and a check symbol, written in groups of
// four. The check is a weighted sum over GF(32) with twelve different weights, so every single wrong symbol and every
// swap of two symbols is noticed without asking the server.
const (
	codeSymbols  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeRandom   = 11
	codeLength   = codeRandom + 1
	codeGroup    = 4
	fieldPoly    = 0b100101 // x^5 + x^2 + 1, primitive over GF(2)
	sealCode     = "voucher.code"
	codeNotASign = 0xff
)

// Code is a voucher's code without separators, its check symbol included.
type Code string

// NewCode makes a code nobody can guess.
func NewCode() Code {
	var raw [codeRandom]byte
	_, _ = rand.Read(raw[:])
	for i := range raw {
		raw[i] &= 31
	}
	return encode(raw)
}

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

// hash is what a code is looked up by; the database never holds the code itself in the clear.
func (c Code) hash(k *models.Keys) []byte { return k.MAC(sealCode, []byte(c)) }

// sealedCode is a code as a voucher keeps it, with the code itself.
type sealedCode struct {
	code         Code
	hash, sealed []byte
}

// sealCodes makes codes for vouchers that may be given.
func sealCodes(k *models.Keys, n int) []sealedCode {
	all := make([]sealedCode, n)
	for i := range all {
		code := NewCode()
		all[i] = sealedCode{code, code.hash(k), k.Seal(sealCode, []byte(code))}
	}
	return all
}

// OpenCode returns the code of a voucher, as people read it.
func OpenCode(k *models.Keys, v models.Voucher) (string, error) {
	plain, err := k.Open(sealCode, v.CodeSealed)
	return Code(plain).String(), err
}
