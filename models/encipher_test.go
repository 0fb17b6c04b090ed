package models_test

import (
	"bytes"
	"crypto/aes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"siyu/models"
)

// ff1 is FF1 of NIST SP 800-38G as it is written there, for any radix and tweak, with big numbers: what the fast form is compared
// with.
func ff1(t interface{ Fatal(...any) }, key, tweak []byte, radix int, x []int) []int {
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	num := func(digits []int) *big.Int {
		n := new(big.Int)
		for _, d := range digits {
			n.Add(n.Mul(n, big.NewInt(int64(radix))), big.NewInt(int64(d)))
		}
		return n
	}
	n, u := len(x), len(x)/2
	v := n - u
	a, b := x[:u], x[u:]
	most := new(big.Int).Exp(big.NewInt(int64(radix)), big.NewInt(int64(v)), nil)
	wide := (new(big.Int).Sub(most, big.NewInt(1)).BitLen() + 7) / 8
	d := 4*((wide+3)/4) + 4
	p := []byte{1, 2, 1, 0, 0, byte(radix), 10, byte(u)}
	p = binary.BigEndian.AppendUint32(p, uint32(n))
	p = binary.BigEndian.AppendUint32(p, uint32(len(tweak)))
	for i := range 10 {
		q := append([]byte(nil), tweak...)
		for (len(q)+1+wide)%aes.BlockSize != 0 {
			q = append(q, 0)
		}
		q = append(q, byte(i))
		q = append(q, num(b).FillBytes(make([]byte, wide))...)
		r := make([]byte, aes.BlockSize)
		for in := range slices.Chunk(append(bytes.Clone(p), q...), aes.BlockSize) {
			for j := range r {
				r[j] ^= in[j]
			}
			block.Encrypt(r, r)
		}
		s := bytes.Clone(r)
		for j := uint64(1); len(s) < d; j++ {
			more := bytes.Clone(r)
			binary.BigEndian.PutUint64(more[8:], binary.BigEndian.Uint64(more[8:])^j)
			block.Encrypt(more, more)
			s = append(s, more...)
		}
		m := u
		if i%2 == 1 {
			m = v
		}
		c := new(big.Int).SetBytes(s[:d])
		c.Mod(c.Add(c, num(a)), new(big.Int).Exp(big.NewInt(int64(radix)), big.NewInt(int64(m)), nil))
		digits := make([]int, m)
		for j := m - 1; j >= 0; j-- {
			digit := new(big.Int)
			c.DivMod(c, big.NewInt(int64(radix)), digit)
			digits[j] = int(digit.Int64())
		}
		a, b = b, digits
	}
	return append(append([]int(nil), a...), b...)
}

// TestFF1 holds that form against the nine samples that NIST publishes.
func TestFF1(t *testing.T) {
	t.Parallel()
	const digits, key = "0123456789abcdefghijklmnopqrstuvwxyz", "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94"
	const ten, eleven = "39383736353433323130", "3737373770717273373737"
	for _, c := range []struct {
		bytes, radix      int
		tweak, plain, out string
	}{
		{16, 10, "", digits[:10], "2433477484"},
		{16, 10, ten, digits[:10], "6124200773"},
		{16, 36, eleven, digits[:19], "a9tv40mll9kdu509eum"},
		{24, 10, "", digits[:10], "2830668132"},
		{24, 10, ten, digits[:10], "2496655549"},
		{24, 36, eleven, digits[:19], "xbj3kv35jrawxv32ysr"},
		{32, 10, "", digits[:10], "6657667009"},
		{32, 10, ten, digits[:10], "1001623463"},
		{32, 36, eleven, digits[:19], "xs8a0azh2avyalyzuwd"},
	} {
		k, _ := hex.DecodeString(key)
		tweak, _ := hex.DecodeString(c.tweak)
		x := make([]int, len(c.plain))
		for i := range x {
			x[i] = strings.IndexByte(digits, c.plain[i])
		}
		var got strings.Builder
		for _, d := range ff1(t, k[:c.bytes], tweak, c.radix, x) {
			got.WriteByte(digits[d])
		}
		if got.String() != c.out {
			t.Errorf("AES-%d, radix %d, tweak %q: %s, want %s", 8*c.bytes, c.radix, c.tweak, got.String(), c.out)
		}
	}
}

// TestEncipher: the fast form says what FF1 says, and goes back, for every length.
func TestEncipher(t *testing.T) {
	t.Parallel()
	secret := []byte(strings.Repeat("a secret of many bytes ", 2))
	keys, err := models.NewKeys(secret)
	if err != nil {
		t.Fatal(err)
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "siyu/encipher/test", 32)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.IntRange(20, 63).Draw(t, "bits")
		n := rapid.Uint64Range(0, 1<<bits-1).Draw(t, "n")
		x := make([]int, bits)
		for i := range x {
			x[i] = int(n >> (bits - 1 - i) & 1)
		}
		var want uint64
		for _, bit := range ff1(t, key, nil, 2, x) {
			want = want<<1 | uint64(bit)
		}
		got := keys.Encipher("test", bits, n)
		if got != want {
			t.Fatalf("%d of %d bits becomes %d, want %d", n, bits, got, want)
		}
		if back := keys.Decipher("test", bits, got); back != n {
			t.Fatalf("%d of %d bits comes back as %d", n, bits, back)
		}
		if bits > 40 && got == keys.Encipher("another", bits, n) {
			t.Fatal("two purposes encipher alike")
		}
	})
}

// TestEncipherRefuses: a number that is too long is a fault of the program, not another number.
func TestEncipherRefuses(t *testing.T) {
	t.Parallel()
	keys, err := models.NewKeys(make([]byte, models.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		bits int
		n    uint64
	}{{19, 1}, {64, 1}, {55, 1 << 55}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%d of %d bits is enciphered", c.n, c.bits)
				}
			}()
			keys.Encipher("test", c.bits, c.n)
		}()
	}
}

func BenchmarkEncipher(b *testing.B) {
	keys, err := models.NewKeys(make([]byte, models.MinSecret))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := range b.N {
		keys.Encipher("test", 55, uint64(i))
	}
}
