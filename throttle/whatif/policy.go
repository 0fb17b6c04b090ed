package whatif

import "siyu/throttle"

// Policy decides what is posted. One value serves one run, is asked from one goroutine, and hears only what a real Siyu
// hears. Groups are numbered from 0, offers and brands from 1: to the kernel 0 is an unknown one.
type Policy interface {
	// Begin tells what is known before the first day.
	Begin(k Known)
	// Hear tells one piece of news, in the order in which it arrives.
	Hear(n News)
	// Choose is asked at every turn of every group. It returns an index into q.Candidates(), or Nothing.
	Choose(q *Question) int
}

// Nothing is the choice not to post.
const Nothing = -1

// Known is what Siyu knows of the community on the first day.
type Known struct {
	Groups    []Group
	Brands    int
	Start     int64   // the first midnight (UTC milliseconds; groups live in UTC)
	Turns     int     // how often a day each group is asked
	OfferOnce int64   // milliseconds; candidates keep to it already
	MemberDay float64 // what the organiser says one day of one member is worth, in clicks
	Ahead     float64 // for how many days ahead the organiser counts a member who stays
	Sees      float64 // chance that a member sees a post: a common guess, the same in every world
	Seed      uint64  // for policies that need chance of their own
}

// Group is what is known of one.
type Group struct{ Members int }

// Kind is what a piece of news is about.
type Kind uint8

// What Siyu hears. Counts are of one group and one day.
const (
	Joined     Kind = iota + 1 // N members joined, as far as reported
	Quit                       // N members left by themselves, as far as reported
	Count                      // the group has N members: it was asked
	Sent                       // a post went out at At; Late if after its time
	Expired                    // a post was not sent and will not be
	Clicked                    // N clicks on an offer
	Organic                    // N posts of members
	Complained                 // N members complained
)

// News is one report. Quits and joins may come late and out of order, or never; a count is right when it was taken.
type News struct {
	Kind         Kind
	Late         bool
	Group        int
	Offer, Brand int   // of Sent, Expired, Clicked
	Day          int   // the day it happened
	At           int64 // the instant: of Sent the tap, otherwise the end of the day
	N            int
}

// Offer is a draft as the brand hands it in.
type Offer struct {
	ID, Brand  int
	Start, End int64 // the flight [Start, End), UTC milliseconds; an offer is known from Start on
}

// Candidate is an offer that may go to the group now as far as the hard limits go.
type Candidate struct {
	*Offer
	Match float64 // what Siyu is told of how well it suits this group; 1 is the usual offer
}

// Question is one turn of one group.
type Question struct {
	Group int
	Day   int
	Turn  int              // of the day, from 0
	Now   int64            // UTC milliseconds
	Hold  int64            // for how long what is handed over now may be sent
	Live  []throttle.Entry // the group's posts of the last month: pending ones as intervals, sent ones as points

	run        *run
	candidates []Candidate
	listed     bool
}

// Candidates lists what could be posted, first come first. It is made when it is first asked for: many turns end before.
func (q *Question) Candidates() []Candidate {
	if !q.listed {
		q.candidates, q.listed = q.run.list(q.Group, q.Now, q.candidates[:0]), true
	}
	return q.candidates
}
