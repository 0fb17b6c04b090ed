package wechatsim

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

var errCipher = errors.New("wechatsim: cannot decrypt")

// sign is the platform's signature: sha1 of the sorted, joined parts, in hex.
func sign(parts ...string) string {
	sorted := slices.Clone(parts)
	slices.Sort(sorted)
	sum := sha1.Sum([]byte(strings.Join(sorted, "")))
	return hex.EncodeToString(sum[:])
}

// box encrypts and decrypts the messages of one account.
type box struct {
	block cipher.Block
	iv    []byte
	tail  string // appid or corpid at the end of every plaintext
}

func newBox(encodingAESKey, tail string) (*box, error) {
	if len(encodingAESKey) != 43 {
		return nil, fmt.Errorf("EncodingAESKey must have 43 characters, not %d", len(encodingAESKey))
	}
	// The last character may carry bits beyond 32 bytes; that is allowed.
	key, err := base64.StdEncoding.DecodeString(encodingAESKey + "=")
	if err != nil {
		return nil, fmt.Errorf("EncodingAESKey: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("EncodingAESKey: %w", err)
	}
	return &box{block: block, iv: key[:aes.BlockSize], tail: tail}, nil
}

// seal lays out 16 random bytes, the length, the message and the tail, pads to
// 32 and encrypts. A nil random means fresh bytes.
func (b *box) seal(random, msg []byte) string {
	if random == nil {
		random = make([]byte, 16)
		rand.Read(random) // never fails: crypto/rand aborts the program instead
	}
	plain := make([]byte, 0, 20+len(msg)+len(b.tail)+32)
	plain = append(plain, random...)
	plain = binary.BigEndian.AppendUint32(plain, uint32(len(msg)))
	plain = append(plain, msg...)
	plain = append(plain, b.tail...)
	plain = pad(plain, 32)
	cipher.NewCBCEncrypter(b.block, b.iv).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain)
}

// open reverses seal and checks the tail.
func (b *box) open(encrypted string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(data) < 32 || len(data)%aes.BlockSize != 0 {
		return nil, errCipher
	}
	cipher.NewCBCDecrypter(b.block, b.iv).CryptBlocks(data, data)
	data, ok := unpad(data, 32)
	if !ok || len(data) < 20 {
		return nil, errCipher
	}
	size := uint64(binary.BigEndian.Uint32(data[16:20]))
	if size > uint64(len(data)-20) {
		return nil, errCipher
	}
	if string(data[20+size:]) != b.tail {
		return nil, errCipher
	}
	return data[20 : 20+size], nil
}

func pad(data []byte, size int) []byte {
	n := size - len(data)%size
	return append(data, bytes.Repeat([]byte{byte(n)}, n)...)
}

func unpad(data []byte, size int) ([]byte, bool) {
	n := int(data[len(data)-1])
	if n < 1 || n > size || n > len(data) {
		return nil, false
	}
	for _, b := range data[len(data)-n:] {
		if int(b) != n {
			return nil, false
		}
	}
	return data[:len(data)-n], true
}

// sealSession encrypts what a Mini Program page hands to its server: AES-128-CBC
// under the session_key, padded to 16.
func sealSession(sessionKey string, iv, plain []byte) (encryptedData string, err error) {
	key, err := base64.StdEncoding.DecodeString(sessionKey)
	if err != nil {
		return "", fmt.Errorf("session_key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", fmt.Errorf("session_key: %w", err)
	}
	padded := pad(bytes.Clone(plain), aes.BlockSize)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
	return base64.StdEncoding.EncodeToString(padded), nil
}
