package models

// MassState says whether a mass message is still looked at.
type MassState string

// The states of a mass message.
const (
	MassOpen MassState = "open" // it may still reach groups
	MassDone MassState = "done"
)

// MassMessage is a group message in WeCom that Siyu did not ask for: somebody of the corp wrote it on her phone or in the
// administrator's console. What reached which group is booked as it appears.
type MassMessage struct {
	ID          ID[MassMessage] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	ChannelID   ChannelID
	MsgID       string     // unique per channel
	Creator     string     // WeCom userid; empty: the corp
	EnvelopeID  EnvelopeID // whose card it carries; zero: none of ours
	OfferID     OfferID    // whose card it carries; zero: none of ours
	Sponsored   bool       // it carries a card of an offer or says that it is an advertisement
	MadeAt      Millis
	State       MassState
	NextAt      Millis // when it is looked at next
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (MassMessage) TableName() string { return "mass_messages" }

// MassScan is how far a corp's group messages were read.
type MassScan struct {
	ChannelID   ChannelID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Upto        Millis // everything made before it was read
}

// TableName names the table.
func (MassScan) TableName() string { return "mass_scans" }

// AddMass stores a message that was found; it reports false if it is known.
func (sc *Scope) AddMass(m *MassMessage) (bool, error) {
	m.ID, m.CommunityID, m.CreatedAt, m.State = newID[MassMessage](sc.Tx), sc.Community, sc.Now, MassOpen
	return insertOnce(sc.Tx, m, "mass message", func() error {
		var known MassMessage
		if err := one(sc.rows().Where("channel_id = ? AND msg_id = ?", int64(m.ChannelID), m.MsgID), &known, "mass message"); err != nil {
			return err
		}
		*m = known
		return nil
	})
}

// MassesDue lists the messages that are to be looked at by now, the one that waits longest first.
func (sc *Scope) MassesDue(channel ChannelID, limit int) ([]MassMessage, error) {
	var all []MassMessage
	q := sc.rows().Where("channel_id = ? AND state = ? AND next_at <= ?", int64(channel), MassOpen, int64(sc.Now))
	return all, list(q.Order("next_at, id").Limit(limit), &all, "mass messages")
}

// MassesOf lists the messages that carry an envelope's card.
func (sc *Scope) MassesOf(e EnvelopeID) ([]MassMessage, error) {
	var all []MassMessage
	return all, list(sc.rows().Where("envelope_id = ?", int64(e)).Order("id"), &all, "mass messages")
}

// PutOffMass says when a message is looked at next; zero: not again.
func (sc *Scope) PutOffMass(id ID[MassMessage], next Millis) error {
	set := map[string]any{"next_at": int64(next)}
	if next == 0 {
		set["state"] = MassDone
	}
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &MassMessage{}, set, "mass message")
	return err
}

// MassUpto is how far a corp's group messages were read; zero: not at all yet.
func (sc *Scope) MassUpto(channel ChannelID) (Millis, error) {
	var m MassScan
	err := one(sc.rows().Where("channel_id = ?", int64(channel)), &m, "mass scan")
	if IsKind(err, NotFound) {
		err = nil
	}
	return m.Upto, err
}

// SetMassUpto keeps how far a corp's group messages were read.
func (sc *Scope) SetMassUpto(channel ChannelID, upto Millis) error {
	m := MassScan{ChannelID: channel, CommunityID: sc.Community, Upto: upto}
	fresh, err := insertOnce(sc.Tx, &m, "mass scan", func() error { return nil })
	if err != nil || fresh {
		return err
	}
	_, err = swap(sc.rows().Where("channel_id = ? AND upto < ?", int64(channel), int64(upto)), &MassScan{}, map[string]any{"upto": int64(upto)}, "mass scan")
	return err
}
