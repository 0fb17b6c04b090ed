package weixin

import "encoding/base64"

// Encrypt seals raw bytes for tests of the official samples.
func (r *Receiver) Encrypt(plain []byte) (string, error) {
	sealed, err := r.encrypt(len(plain), func(dst []byte) []byte { return append(dst, plain...) })
	return base64.StdEncoding.EncodeToString(sealed), err
}
