package wechatsim_test

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"siyu/internal/wechatsim"
)

type vector struct {
	ID            string
	Kind          string
	Token         string
	AESKey        string `json:"encoding_aes_key"`
	ReceiveID     string `json:"receive_id"`
	Timestamp     string
	Nonce         string
	MsgSignature  string `json:"msg_signature"`
	Encrypt       string
	Random        string
	Plaintext     string
	SessionKey    string `json:"session_key"`
	IV            string
	EncryptedData string `json:"encrypted_data"`
	Expect        struct {
		Plaintext    string
		Encrypt      string
		Signature    string
		MsgSignature string `json:"msg_signature"`
	}
}

func TestOfficialVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) == 0 {
		t.Fatal("no vectors")
	}
	for _, v := range file.Vectors {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			check(t, v)
		})
	}
}

func check(t *testing.T, v vector) {
	switch v.Kind {
	case "msg_decrypt", "url_verify_encrypted":
		if got := wechatsim.Sign(v.Token, v.Timestamp, v.Nonce, v.Encrypt); got != v.MsgSignature {
			t.Errorf("signature %s, want %s", got, v.MsgSignature)
		}
		got, err := wechatsim.Open(v.AESKey, v.ReceiveID, v.Encrypt)
		if err != nil || string(got) != v.Expect.Plaintext {
			t.Errorf("plaintext %q, %v", got, err)
		}
		if _, err := wechatsim.Open(v.AESKey, v.ReceiveID+"x", v.Encrypt); err == nil {
			t.Error("another receiver's id was accepted")
		}
	case "msg_encrypt":
		got, err := wechatsim.Seal(v.AESKey, v.ReceiveID, []byte(v.Random), []byte(v.Plaintext))
		if err != nil || got != v.Expect.Encrypt {
			t.Errorf("encrypted %q, %v", got, err)
		}
		if v.Nonce == "" {
			return
		}
		if sig := wechatsim.Sign(v.Token, v.Timestamp, v.Nonce, got); sig != v.Expect.MsgSignature {
			t.Errorf("signature %s, want %s", sig, v.Expect.MsgSignature)
		}
	case "signature_plain":
		if got := wechatsim.Sign(v.Token, v.Timestamp, v.Nonce); got != v.Expect.Signature {
			t.Errorf("signature %s, want %s", got, v.Expect.Signature)
		}
	case "mp_decrypt_data":
		checkSession(t, v)
	default:
		t.Errorf("unknown kind %q", v.Kind)
	}
}

// checkSession decrypts the sample with the standard library alone and
// encrypts it again: the ciphertext must come out the same.
func checkSession(t *testing.T, v vector) {
	plain, iv := openSession(t, v.SessionKey, v.IV, v.EncryptedData)
	got, err := wechatsim.SealSession(v.SessionKey, iv, plain)
	if err != nil || got != v.EncryptedData {
		t.Errorf("encryptedData %q, %v", got, err)
	}
}

// openSession decrypts encryptedData as a server does.
func openSession(t *testing.T, sessionKey, ivText, encryptedData string) (plain, iv []byte) {
	t.Helper()
	key, err1 := base64.StdEncoding.DecodeString(sessionKey)
	iv, err2 := base64.StdEncoding.DecodeString(ivText)
	data, err3 := base64.StdEncoding.DecodeString(encryptedData)
	if err1 != nil || err2 != nil || err3 != nil || len(data)%aes.BlockSize != 0 || len(data) == 0 {
		t.Fatal("not base64 of whole blocks", err1, err2, err3)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(data, data)
	return data[:len(data)-int(data[len(data)-1])], iv
}

func TestOpenRefusesDamage(t *testing.T) {
	t.Parallel()
	key := strings.Repeat("A", 43)
	sealed, err := wechatsim.Seal(key, "wx1", nil, []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"empty": "", "not base64": "!!", "cut": sealed[:len(sealed)-4], "one block": base64.StdEncoding.EncodeToString(make([]byte, 16)),
	} {
		if _, err := wechatsim.Open(key, "wx1", bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := wechatsim.Seal(key[:42], "wx1", nil, nil); err == nil {
		t.Error("a short EncodingAESKey was accepted")
	}
}
