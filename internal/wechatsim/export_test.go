package wechatsim

// Test doors to the crypto, which nothing outside needs.

func Sign(parts ...string) string { return sign(parts...) }

func Seal(aesKey, tail string, random, msg []byte) (string, error) {
	b, err := newBox(aesKey, tail)
	if err != nil {
		return "", err
	}
	return b.seal(random, msg), nil
}

func Open(aesKey, tail, encrypted string) ([]byte, error) {
	b, err := newBox(aesKey, tail)
	if err != nil {
		return nil, err
	}
	return b.open(encrypted)
}

func SealSession(key string, iv, plain []byte) (string, error) { return sealSession(key, iv, plain) }
