package bot

import "time"

// EntryOptions are the numbers of tracked entries and live codes. A zero takes the default, which is the platform's limit
// where the platform has one.
type EntryOptions struct {
	// Slots is how many permanent QR codes an Official Account may make in its life; 100,000.
	Slots int
	// SlotRest is how long the code of a retired entry rests before it means another one; 90 days.
	SlotRest time.Duration
	// SlotLease is how long a code stays reserved for an entry whose making broke off; 10 minutes.
	SlotLease time.Duration
	// QRLife is how long a temporary QR code lives; 2,592,000 seconds, the longest.
	QRLife time.Duration
	// LinkLife is how long a URL Link lives; an hour short of 30 days, the longest: WeChat is told the time it ends, and
	// refuses one that is too late by a clock that is not ours.
	LinkLife time.Duration
	// RenewBefore is how long before their end temporary QR codes and URL Links are renewed; 3 days.
	RenewBefore time.Duration
	// LinkPage is the Mini Program page that codes and links of entries open, without a leading slash.
	LinkPage string
	// InviteLife is how long the QR code of an ordinary group lives; 7 days.
	InviteLife time.Duration
	// ShowUntil is how long before its end such a code is shown no more: who has it on her screen must still get in;
	// 30 minutes.
	ShowUntil time.Duration
	// JoinLimit is how many people a group may have before its QR code lets nobody in; 200.
	JoinLimit int
	// SeatHold is how long a place is kept for somebody who was shown a group; 30 minutes.
	SeatHold time.Duration
	// Margin is how many places of every group a new live code keeps free; 5.
	Margin int
	// FullAt is the share of a group's places, in percent, at which its organiser is warned; 90.
	FullAt int
	// VisitWithin is how long a page waits for its visit to be counted before it is shown uncounted; 300 ms.
	VisitWithin time.Duration
}

const day = 24 * time.Hour

// filled puts the defaults where nothing is said.
func (o EntryOptions) filled() EntryOptions {
	for _, d := range []struct {
		into  *time.Duration
		value time.Duration
	}{
		{&o.SlotRest, 90 * day}, {&o.SlotLease, 10 * time.Minute}, {&o.QRLife, 2592000 * time.Second}, {&o.LinkLife, 30*day - time.Hour},
		{&o.RenewBefore, 3 * day}, {&o.InviteLife, 7 * day}, {&o.ShowUntil, 30 * time.Minute}, {&o.SeatHold, 30 * time.Minute},
		{&o.VisitWithin, 300 * time.Millisecond},
	} {
		if *d.into == 0 {
			*d.into = d.value
		}
	}
	for _, n := range []struct {
		into  *int
		value int
	}{{&o.Slots, 100_000}, {&o.JoinLimit, 200}, {&o.Margin, 5}, {&o.FullAt, 90}} {
		if *n.into == 0 {
			*n.into = n.value
		}
	}
	if o.LinkPage == "" {
		o.LinkPage = cardPage
	}
	return o
}
