package models

import (
	"log/slog"
	"slices"
)

// The purposes of what is kept of a phone number.
const (
	macPhone     = "phone.number"
	macPhoneTail = "phone.tail"
	sealPhone    = "phone.number"
)

// phoneTail is how many digits at the end of a number somebody says at the till.
const phoneTail = 4

// Phone is the phone number of a person, as WeChat verified it. Hash and TailHash find it and tell nothing without the secret
// key; they differ from community to community.
type Phone struct {
	MemberID    MemberID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Hash        []byte
	TailHash    []byte // of the last four digits
	Sealed      []byte
	At          Millis // when it was verified last
}

// TableName names the table.
func (Phone) TableName() string { return "phones" }

// LogValue keeps a phone out of logs.
func (Phone) LogValue() slog.Value { return slog.StringValue("phone") }

// SetPhone stores a person's verified number, with its country's code and digits alone, and puts her into the household of that
// number unless an organiser has said where she belongs. The person must be locked.
func (sc *Scope) SetPhone(person MemberID, number string) error {
	p := Phone{MemberID: person, CommunityID: sc.Community, Hash: sc.phoneMAC(macPhone, number),
		TailHash: sc.phoneMAC(macPhoneTail, tailOf(number)), Sealed: sc.Keys().Seal(sealPhone, []byte(number)), At: sc.Now}
	fresh, err := insertOnce(sc.Tx, &p, "phone", func() error {
		_, err := sc.PhoneOf(person)
		return err
	})
	if err != nil {
		return err
	}
	if !fresh {
		set := map[string]any{"hash": p.Hash, "tail_hash": p.TailHash, "sealed": p.Sealed, "at": int64(p.At)}
		if _, err := swap(sc.rows().Where("member_id = ?", int64(person)), &Phone{}, set, "phone"); err != nil {
			return err
		}
	}
	return sc.houseByPhone(person, p.Hash)
}

// PhoneOf returns a person's phone; not_found if she has told none.
func (sc *Scope) PhoneOf(person MemberID) (Phone, error) {
	var p Phone
	return p, one(sc.rows().Where("member_id = ?", int64(person)), &p, "phone")
}

// Number opens a phone: its country's code and digits alone.
func (p Phone) Number(keys *Keys) (string, error) {
	plain, err := keys.Open(sealPhone, p.Sealed)
	return string(plain), err
}

// MembersByPhoneTail lists the people whose number ends with these four digits, oldest first; nobody if it is not four digits.
func (sc *Scope) MembersByPhoneTail(tail string) ([]MemberID, error) {
	if len(tail) != phoneTail || digits(tail) != tail {
		return nil, nil
	}
	var all []Phone
	err := list(sc.rows().Where("tail_hash = ?", sc.phoneMAC(macPhoneTail, tail)).Order("member_id"), &all, "phones")
	ids := make([]MemberID, len(all))
	for i, p := range all {
		ids[i] = p.MemberID
	}
	return ids, err
}

// ForgetPhone erases a person's number, also as the mark of a household nobody else has it for. The household it made her part
// of is hers no more, unless an organiser put her there.
func (sc *Scope) ForgetPhone(person MemberID) error {
	p, err := sc.PhoneOf(person)
	if IsKind(err, NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := sc.rows().Where("member_id = ?", int64(person)).Delete(&Phone{}).Error; err != nil {
		return translate(err, "forget phone")
	}
	var others int64
	if err := sc.rows().Model(&Phone{}).Where("hash = ?", p.Hash).Count(&others).Error; err != nil {
		return translate(err, "forget phone")
	}
	if others == 0 {
		err := sc.rows().Model(&Household{}).Where("phone_hash = ?", p.Hash).Update("phone_hash", nil).Error
		if err != nil {
			return translate(err, "forget phone")
		}
	}
	err = sc.rows().Where("member_id = ? AND by_hand = ?", int64(person), false).Delete(&HouseholdMember{}).Error
	return translate(err, "forget household")
}

func (sc *Scope) phoneMAC(purpose, number string) []byte {
	return sc.Keys().MAC(purpose, []byte(sc.Community.String()+"/"+number))
}

// repointGate gives what the gate and the waiting lists know of a person to who she is now.
func (sc *Scope) repointGate(from, to MemberID) error {
	for _, repoint := range []func(from, to MemberID) error{sc.repointPhone, sc.repointHousehold, sc.repointRanks, sc.repointAppeals,
		sc.repointWaiters} {
		if err := repoint(from, to); err != nil {
			return err
		}
	}
	return nil
}

// repointPhone gives a person's number to who she is now. Of two numbers the one that was verified last stays.
func (sc *Scope) repointPhone(from, to MemberID) error {
	var both []Phone
	if err := list(sc.rows().Where("member_id IN ?", []int64{int64(from), int64(to)}), &both, "phones"); err != nil || len(both) == 0 {
		return err
	}
	newest := slices.MaxFunc(both, func(a, b Phone) int { return int(a.At - b.At) })
	if newest.MemberID == from {
		if err := sc.rows().Where("member_id = ?", int64(to)).Delete(&Phone{}).Error; err != nil {
			return translate(err, "merge phones")
		}
		return translate(sc.rows().Model(&Phone{}).Where("member_id = ?", int64(from)).Update("member_id", int64(to)).Error, "merge phones")
	}
	return translate(sc.rows().Where("member_id = ?", int64(from)).Delete(&Phone{}).Error, "merge phones")
}

// tailOf is the last digits of a number.
func tailOf(number string) string { return number[max(0, len(number)-phoneTail):] }

// digits keeps the digits of a text.
func digits(s string) string {
	return string(slices.DeleteFunc([]byte(s), func(b byte) bool { return b < '0' || b > '9' }))
}
