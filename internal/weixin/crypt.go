package weixin

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
)

// The layout of an encrypted message: 16 random bytes, the length of the message (4 bytes, big endian), the message, the
// receive id, padding of 1 to 32 bytes that all hold the number of padding bytes.
const (
	randomSize = 16
	headSize   = randomSize + 4
	padBlock   = 32
)

// decrypt opens a ciphertext whose signature has been checked. All failures are ErrRejected.
func (r *Receiver) decrypt(encrypted string) ([]byte, error) {
	buf, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil || len(buf) < padBlock || len(buf)%aes.BlockSize != 0 {
		return nil, ErrRejected
	}
	cipher.NewCBCDecrypter(r.block, r.iv[:]).CryptBlocks(buf, buf)
	body, ok := unpad(buf, padBlock)
	if !ok || len(body) < headSize {
		return nil, ErrRejected
	}
	size := uint64(binary.BigEndian.Uint32(body[randomSize:headSize]))
	rest := body[headSize:]
	if size > uint64(len(rest)) || string(rest[size:]) != r.id {
		return nil, ErrRejected
	}
	return rest[:size:size], nil
}

// unpad takes the padding off and insists that every byte of it is right. A valid signature comes before every call, so
// how long this takes tells a stranger nothing.
func unpad(b []byte, block int) ([]byte, bool) {
	if len(b) == 0 {
		return nil, false
	}
	pad := int(b[len(b)-1])
	if pad < 1 || pad > block || pad > len(b) {
		return nil, false
	}
	body := b[:len(b)-pad]
	for _, c := range b[len(body):] {
		if int(c) != pad {
			return nil, false
		}
	}
	return body, true
}

// encrypt seals what write appends: it makes the layout above in one buffer and encrypts it in place.
func (r *Receiver) encrypt(sizeHint int, write func([]byte) []byte) ([]byte, error) {
	buf := make([]byte, headSize, headSize+sizeHint+len(r.id)+padBlock)
	if _, err := io.ReadFull(r.random, buf[:randomSize]); err != nil {
		return nil, fmt.Errorf("weixin: random bytes for a reply: %w", err)
	}
	buf = write(buf)
	binary.BigEndian.PutUint32(buf[randomSize:headSize], uint32(len(buf)-headSize)) //nolint:gosec // a reply is small
	buf = append(buf, r.id...)
	for pad, i := padBlock-len(buf)%padBlock, 0; i < pad; i++ {
		buf = append(buf, byte(pad))
	}
	cipher.NewCBCEncrypter(r.block, r.iv[:]).CryptBlocks(buf, buf)
	return buf, nil
}
