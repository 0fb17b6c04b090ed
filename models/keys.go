package models

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
)

// Keys seals secrets at rest and makes lookup keys, all derived from one secret (SIYU_SECRET_KEY). Each purpose has
// a key of its own, so a value sealed for one column cannot be opened as another.
type Keys struct {
	secret []byte
	made   sync.Map // purpose → its key, since deriving one takes longer than using it
	aeads  sync.Map // purpose → its cipher
	blocks sync.Map // purpose → the cipher that Encipher is made of
}

// MinSecret is the least number of bytes SIYU_SECRET_KEY must have.
const MinSecret = 32

// NewKeys derives from secret, at least [MinSecret] bytes.
func NewKeys(secret []byte) (*Keys, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("the secret key has %d bytes, it needs at least %d", len(secret), MinSecret)
	}
	return &Keys{secret: append([]byte(nil), secret...)}, nil
}

func (k *Keys) derive(purpose string) []byte {
	if key, has := k.made.Load(purpose); has {
		return key.([]byte)
	}
	key, err := hkdf.Key(sha256.New, k.secret, nil, "siyu/"+purpose, 32)
	if err != nil { // only for a length hkdf cannot give
		panic(err)
	}
	k.made.Store(purpose, key)
	return key
}

// Seal encrypts plain for purpose with AES-256-GCM; the nonce leads.
func (k *Keys) Seal(purpose string, plain []byte) []byte {
	aead := k.aead(purpose)
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	_, _ = rand.Read(nonce)
	return aead.Seal(nonce, nonce, plain, nil)
}

// Open decrypts what Seal made for the same purpose. It fails if the secret key was changed.
func (k *Keys) Open(purpose string, sealed []byte) ([]byte, error) {
	aead := k.aead(purpose)
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("sealed value is too short")
	}
	plain, err := aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil)
	if err != nil {
		return nil, fmt.Errorf("sealed value does not open: was SIYU_SECRET_KEY changed? %w", err)
	}
	return plain, nil
}

// MAC returns the HMAC-SHA256 of data for purpose: a lookup key that a leaked database does not reveal.
func (k *Keys) MAC(purpose string, data []byte) []byte {
	m := hmac.New(sha256.New, k.derive("mac/"+purpose))
	m.Write(data)
	return m.Sum(nil)
}

func (k *Keys) aead(purpose string) cipher.AEAD {
	if aead, has := k.aeads.Load(purpose); has {
		return aead.(cipher.AEAD)
	}
	block, err := aes.NewCipher(k.derive("seal/" + purpose))
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	k.aeads.Store(purpose, aead)
	return aead
}
