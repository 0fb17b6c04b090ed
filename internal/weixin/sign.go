package weixin

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the platform's signatures are SHA-1
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strconv"
)

// joinSize is how many bytes of parts fit on the stack; a usual encrypted push has about 600.
const joinSize = 1024

// digest is the platform's signature: the parts sorted bytewise, joined, SHA-1, lower-case hex.
func digest(parts ...string) [2 * sha1.Size]byte {
	for i := 1; i < len(parts); i++ { // at most four parts
		for j := i; j > 0 && parts[j] < parts[j-1]; j-- {
			parts[j], parts[j-1] = parts[j-1], parts[j]
		}
	}
	var stack [joinSize]byte
	buf := stack[:0]
	for _, p := range parts {
		buf = append(buf, p...)
	}
	sum := sha1.Sum(buf) //nolint:gosec // see above
	var out [2 * sha1.Size]byte
	hex.Encode(out[:], sum[:])
	return out
}

// signed compares in constant time.
func signed(given string, want [2 * sha1.Size]byte) bool {
	return subtle.ConstantTimeCompare([]byte(given), want[:]) == 1
}

// SameSignature compares two signatures in constant time.
func SameSignature(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// RawDataSignature is what wx.getUserInfo returns as signature: hex SHA-1 of rawData followed by the session key as it
// came from the platform (not base64-decoded).
func RawDataSignature(rawData, sessionKey string) string {
	sum := sha1.Sum([]byte(rawData + sessionKey)) //nolint:gosec // the platform's choice
	return hex.EncodeToString(sum[:])
}

// SessionSignature is the login-state signature: hex HMAC-SHA-256 of data under the session key as it came from the
// platform (not base64-decoded).
func SessionSignature(sessionKey, data string) string {
	mac := hmac.New(sha256.New, []byte(sessionKey))
	mac.Write([]byte(data))
	return hex.EncodeToString(mac.Sum(nil))
}

// JSSDKSignature signs a page for wx.config. The timestamp is in seconds; pageURL must be the address the browser shows,
// without its fragment.
func JSSDKSignature(ticket, nonce string, timestamp int64, pageURL string) string {
	sum := sha1.Sum([]byte("jsapi_ticket=" + ticket + "&noncestr=" + nonce + //nolint:gosec // the platform's choice
		"&timestamp=" + strconv.FormatInt(timestamp, 10) + "&url=" + pageURL))
	return hex.EncodeToString(sum[:])
}
