package throttle

import (
	"fmt"

	"siyu/models"
)

// Chain is what an audit of one chain found.
type Chain struct {
	Group   models.GroupID // zero: the community's
	Records int64
	Thinned int64 // whose inputs were forgotten
	// Bad is the first record that is not as it was written, or that is missing, and Why how that shows; zero if the chain
	// is sound.
	Bad int64
	Why string
}

// auditPart is how many records are read at a time.
const auditPart = 1000

// Verify checks a group's chain of records, or with group zero the community's, from its first to its last: that none is
// missing, that each carries what it was written with, that the rows they refer to are as they were, and that no event of
// the group's placements is without its record. It changes nothing.
func Verify(sc *models.Scope, group models.GroupID) (Chain, error) {
	c := Chain{Group: group}
	var hash string
	var since models.Millis
	var events int64
	for {
		part, err := sc.Records(group, c.Records, auditPart)
		if err != nil {
			return c, err
		}
		if len(part) == 0 {
			break
		}
		if c.Records == 0 {
			since = part[0].At
		}
		digests, err := rowDigests(sc, part)
		if err != nil {
			return c, err
		}
		for _, r := range part {
			if why := unsound(r, c.Records+1, hash, digests); why != "" {
				c.Bad, c.Why = c.Records+1, why
				return c, nil
			}
			c.Records, hash = r.Seq, r.Hash
			if r.Kind == models.RecordEvent && r.At > since {
				events++
			}
			if carries(r.Kind) && r.Body == nil {
				c.Thinned++
			}
		}
	}
	return c, verifyEnd(sc, &c, hash, since, events)
}

// verifyEnd checks that the chain ends where its group or community says.
func verifyEnd(sc *models.Scope, c *Chain, hash string, since models.Millis, events int64) error {
	var head string
	var seq int64
	if c.Group == 0 {
		community, err := sc.ReadCommunity(sc.Community)
		if err != nil {
			return err
		}
		head, seq = community.Chain, community.ChainSeq
	} else {
		g, err := sc.Group(c.Group)
		if err != nil {
			return err
		}
		head, seq = g.Chain, g.ChainSeq
	}
	if seq != c.Records || head != hash {
		c.Bad, c.Why = c.Records+1, fmt.Sprintf("the chain ends after %d records, its owner knows %d", c.Records, seq)
		return nil
	}
	if c.Group == 0 || c.Records == 0 {
		return nil
	}
	n, err := sc.CountChained(c.Group, since)
	if err == nil && n != events {
		c.Bad, c.Why = c.Records+1, fmt.Sprintf("there are %d events of its placements, and records of %d", n, events)
	}
	return err
}

// carries reports whether records of a kind have their content with them.
func carries(k models.RecordKind) bool {
	return k == models.RecordDecision || k == models.RecordOrder
}

// unsound is why a record cannot be the one with number seq after a hash; empty if it can.
func unsound(r models.Record, seq int64, before string, digests map[models.RecordKind]map[int64]string) string {
	switch {
	case r.Seq != seq:
		return fmt.Sprintf("record %d is missing", seq)
	case carries(r.Kind) && r.Body != nil && models.Digest(r.Body) != r.Digest:
		return "its content was changed"
	case !carries(r.Kind) && digests[r.Kind][r.Ref] == "":
		return fmt.Sprintf("the %s it is about is gone", r.Kind)
	case !carries(r.Kind) && digests[r.Kind][r.Ref] != r.Digest:
		return fmt.Sprintf("the %s it is about was changed", r.Kind)
	case r.Seal(before) != r.Hash:
		return "its hash does not follow from the one before"
	}
	return ""
}

// rowDigests reads what the rows that some records refer to are now.
func rowDigests(sc *models.Scope, part []models.Record) (map[models.RecordKind]map[int64]string, error) {
	refs := map[models.RecordKind][]int64{}
	for _, r := range part {
		if !carries(r.Kind) {
			refs[r.Kind] = append(refs[r.Kind], r.Ref)
		}
	}
	all := map[models.RecordKind]map[int64]string{}
	for kind, ids := range refs {
		digests, err := sc.RowDigests(kind, ids)
		if err != nil {
			return nil, err
		}
		all[kind] = digests
	}
	return all, nil
}

// Replayed is what came of making a group's decisions again.
type Replayed struct {
	Decisions int64
	Forgotten int64 // whose inputs were thinned
	Differ    []int64

	// Holds are the decisions that told a time to come again. Each is tried on its inputs: one second before that time it must
	// be refused, one second after it must be allowed, or it is Untrue. Brief counts those whose slot is open at the told time
	// and closed a second later, because a night or the flight's end follows on its heels.
	Holds, Brief int64
	Untrue       []int64
}

// Replay makes every stored decision of a group again from its inputs and lists the records whose answer is another one, and
// tries the time that each hold has told.
func Replay(sc *models.Scope, group models.GroupID) (Replayed, error) {
	var out Replayed
	for seq := int64(0); ; {
		part, err := sc.Records(group, seq, auditPart)
		if err != nil || len(part) == 0 {
			return out, err
		}
		for _, r := range part {
			seq = r.Seq
			if r.Kind != models.RecordDecision {
				continue
			}
			if r.Body == nil {
				out.Forgotten++
				continue
			}
			out.Decisions++
			d, err := decodeDecision(r.Body)
			if err != nil || !d.holds() {
				out.Differ = append(out.Differ, r.Seq)
				continue
			}
			if d.readable && !d.verdict.Allow && d.verdict.Next != Never {
				out.try(d, r.Seq)
			}
		}
	}
}

// holds reports whether the kernel gives the stored answer again.
func (d decision) holds() bool {
	if !d.readable {
		return !d.verdict.Allow && d.verdict.Deciding == NoPolicy
	}
	return Decide(d.in, d.now) == d.verdict
}

// try asks a hold's question around the time it has told.
func (out *Replayed) try(d decision, seq int64) {
	const second = 1000
	out.Holds++
	next := d.verdict.Next
	early := next-second >= d.now && Decide(d.in, next-second).Allow
	switch {
	case early || !Decide(d.in, next).Allow:
		out.Untrue = append(out.Untrue, seq)
	case !Decide(d.in, next+second).Allow:
		out.Brief++
	}
}
