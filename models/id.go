package models

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// ID is the primary key of a T. It is time-ordered (milliseconds since 2020 in the upper 41 bits, 22 random bits
// below), so that hot insert tables fill from one end and ORDER BY id is the order of creation within a process.
// Zero means "none". In JSON and URLs it is a decimal string, because JavaScript numbers end at 2^53.
type ID[T any] int64

// String writes the id in decimal.
func (id ID[T]) String() string { return strconv.FormatInt(int64(id), 10) }

// IsZero reports whether the id names nothing.
func (id ID[T]) IsZero() bool { return id == 0 }

// MarshalText writes the id in decimal; "" when it names nothing.
func (id ID[T]) MarshalText() ([]byte, error) {
	if id == 0 {
		return nil, nil
	}
	return strconv.AppendInt(nil, int64(id), 10), nil
}

// UnmarshalText reads what MarshalText wrote. Gin's uri and query binding use it too.
func (id *ID[T]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = 0
		return nil
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || n < 0 {
		return &Error{Kind: Invalid, Code: "bad_id", Text: fmt.Sprintf("%q is not an id", text)}
	}
	*id = ID[T](n)
	return nil
}

// The typed ids. A function that wants a group cannot be given an offer.
type (
	AccountID    = ID[Account]
	AppealID     = ID[Appeal]
	ArticleID    = ID[Article]
	AwardID      = ID[Award]
	BrandID      = ID[Brand]
	BroadcastID  = ID[Broadcast]
	ChannelID    = ID[Channel]
	CheckID      = ID[Check]
	ChunkID      = ID[Chunk]
	CommunityID  = ID[Community]
	ContractID   = ID[Contract]
	EntryID      = ID[Entry]
	EnvelopeID   = ID[Envelope]
	GroupID      = ID[Group]
	HouseholdID  = ID[Household]
	InboxID      = ID[Inbox]
	InvitationID = ID[Invitation]
	JobID        = ID[Job]
	LiveCardID   = ID[LiveCard]
	LiveID       = ID[LiveCode]
	LotID        = ID[Lot]
	MemberID     = ID[Member]
	MessageID    = ID[Message]
	NoticeID     = ID[Notice]
	OfferID      = ID[Offer]
	PictureID    = ID[PiecePicture]
	PieceID      = ID[Piece]
	PlacementID  = ID[Placement]
	PolicyID     = ID[Policy]
	QuestID      = ID[Quest]
	RedemptionID = ID[Redemption]
	ReminderID   = ID[Reminder]
	ReviewID     = ID[Review]
	RuleID       = ID[ReplyRule]
	RunID        = ID[Run]
	ShopID       = ID[Shop]
	SlotID       = ID[Slot]
	StaffUserID  = ID[StaffUser]
	StatementID  = ID[Statement]
	SyncID       = ID[Sync]
	TagID        = ID[Tag]
	TaskID       = ID[Task]
	TellingID    = ID[Telling]
	TemplateID   = ID[Template]
	TermsID      = ID[Terms]
	TillID       = ID[Till]
	TillLineID   = ID[TillLine]
	TouchID      = ID[Touch]
	VideoID      = ID[Video]
	VoucherID    = ID[Voucher]
	WaiterID     = ID[Waiter]
	WarningID    = ID[Warning]
	WelcomeID    = ID[Welcome]
)

// idEpoch is 2020-01-01 UTC; 41 bits of milliseconds last until 2089.
const idEpoch = 1577836800000

// idRandomBits leave 4 million values per millisecond; two instances that still collide see a duplicate key whose
// natural key is absent, and the transaction is retried (see insertOnce).
const idRandomBits = 22

// firstID is at or below every id that was made from a moment on.
func firstID(at Millis) int64 { return max(int64(at)-idEpoch, 0) << idRandomBits }

// idSource makes ids that only grow within a process, even when the clock stands still or steps back.
type idSource struct {
	mu   sync.Mutex
	last int64
}

func (s *idSource) next(now time.Time) int64 { return s.run(now, 1) }

// run makes n ids, each one more than the one before, and returns the first.
func (s *idSource) run(now time.Time, n int) int64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	low := int64(binary.BigEndian.Uint32(b[:]) >> (32 - idRandomBits + 1))
	ms := max(now.UnixMilli()-idEpoch, 1)
	id := ms<<idRandomBits | low
	s.mu.Lock()
	defer s.mu.Unlock()
	if id <= s.last {
		id = s.last + 1
	}
	s.last = id + int64(n) - 1
	return id
}
