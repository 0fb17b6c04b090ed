package weixin

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"time"
)

const (
	maxSessionData = 64 << 10        // bytes of base64; honest data has under 2 KiB
	maxClockSkew   = 5 * time.Minute // how far ahead of ours the platform's clock may be
)

// DecryptData opens the encryptedData a Mini Program got from the platform (a group entry, a profile): AES-128-CBC under
// the session key. The watermark must name appID and be at most maxAge old; maxAge 0 leaves age unchecked. Everything here
// comes from the member's phone, so every failure is ErrRejected or, for sheer size, ErrTooLarge, and none panics.
func DecryptData(sessionKey, encryptedData, iv, appID string, now time.Time, maxAge time.Duration) ([]byte, error) {
	if len(encryptedData) > maxSessionData {
		return nil, ErrTooLarge
	}
	key, err := base64.StdEncoding.DecodeString(sessionKey)
	if err != nil || len(key) != 16 {
		return nil, ErrRejected
	}
	start, err := base64.StdEncoding.DecodeString(iv)
	if err != nil || len(start) != aes.BlockSize {
		return nil, ErrRejected
	}
	data, err := base64.StdEncoding.DecodeString(encryptedData)
	if err != nil || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, ErrRejected
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, ErrRejected
	}
	cipher.NewCBCDecrypter(block, start).CryptBlocks(data, data)
	plain, ok := unpad(data, aes.BlockSize)
	if !ok || !watermarked(plain, appID, now, maxAge) {
		return nil, ErrRejected
	}
	return plain, nil
}

func watermarked(plain []byte, appID string, now time.Time, maxAge time.Duration) bool {
	var data struct {
		Watermark struct {
			AppID     string `json:"appid"`
			Timestamp loose  `json:"timestamp"`
		} `json:"watermark"`
	}
	if err := json.Unmarshal(plain, &data); err != nil || appID == "" || data.Watermark.AppID != appID {
		return false
	}
	if maxAge <= 0 {
		return true
	}
	age := now.Sub(time.Unix(number(string(data.Watermark.Timestamp)), 0))
	return age <= maxAge && age >= -maxClockSkew
}

// The values of GroupEntry.ChatType that matter to us.
const (
	ChatOrdinaryGroup = 3
	ChatWeComGroup    = 4
)

// GroupEntry says through which group a member came: what wx.getGroupEnterInfo gives, decrypted.
type GroupEntry struct {
	OpenGID          string // the group, for this Mini Program
	OpenSingleRoomID string // a one-to-one chat
	GroupOpenID      string // the group and this Mini Program's member in it; only when asked for
	ChatType         int64  // 3 an ordinary group, 4 a WeCom group; other values are one-to-one chats
}

// ParseGroupEntry reads what DecryptData returned. Data that names neither a group nor a chat is ErrMalformed.
func ParseGroupEntry(plain []byte) (GroupEntry, error) {
	var data struct {
		OpenGID          loose `json:"opengid"` // matches openGId as well
		OpenSingleRoomID loose `json:"open_single_roomid"`
		GroupOpenID      loose `json:"group_openid"`
		ChatType         loose `json:"chat_type"`
	}
	if err := json.Unmarshal(plain, &data); err != nil || (data.OpenGID == "" && data.OpenSingleRoomID == "") {
		return GroupEntry{}, ErrMalformed
	}
	return GroupEntry{
		OpenGID:          string(data.OpenGID),
		OpenSingleRoomID: string(data.OpenSingleRoomID),
		GroupOpenID:      string(data.GroupOpenID),
		ChatType:         number(string(data.ChatType)),
	}, nil
}

// loose is a JSON value read as text: the platform writes the same field as a string one day and as a number the next.
// Objects and lists read as empty.
type loose string

// UnmarshalJSON never fails: what it is called with is valid JSON.
func (l *loose) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		return json.Unmarshal(b, (*string)(l))
	case '{', '[', 'n':
		*l = ""
	default:
		*l = loose(b)
	}
	return nil
}
