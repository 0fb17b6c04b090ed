package throttle

import (
	"slices"

	"siyu/models"
)

// exposedUntil is the first instant at which no more than the allowed part of a group's known members has seen as many
// sponsored posts as they should, in all their groups together; zero if that is so now. What is pending counts until it
// could last have been sent and a window beyond.
func (d *desk) exposedUntil(group models.GroupID, r models.Rules, now int64) int64 {
	ends := map[models.GroupID][]int64{} // when each post of a group stops counting
	of := func(id models.GroupID) []int64 {
		known, ok := ends[id]
		if ok {
			return known
		}
		for _, p := range d.live[id] {
			at := int64(max(p.E, models.Millis(now)))
			if sent(p) {
				at = int64(p.SentAt)
			}
			if end := after(at, r.ExposureWindow); end > now {
				known = append(known, end)
			}
		}
		ends[id] = known
		return known
	}
	stays := d.crowd[group]
	var frees []int64 // when each member has seen less than most
	members := 0
	for i := 0; i < len(stays); members++ {
		var seen []int64
		first := i
		for ; i < len(stays) && stays[i].MemberID == stays[first].MemberID; i++ {
			seen = append(seen, of(stays[i].GroupID)...)
		}
		frees = append(frees, freeAt(seen, r.ExposureMost))
	}
	return shareFree(frees, r.ExposurePercent*members/100)
}

// freeAt is when fewer than most of the posts still count, given when each of them stops to; zero if that is so now. It
// sorts ends.
func freeAt(ends []int64, most int) int64 {
	if len(ends) < most {
		return 0
	}
	slices.Sort(ends)
	return ends[len(ends)-most]
}

// shareFree is when at most allowed of the times are still ahead; zero if that is so now. It sorts them.
func shareFree(frees []int64, allowed int) int64 {
	if len(frees) <= allowed {
		return 0
	}
	slices.Sort(frees)
	return frees[len(frees)-1-allowed]
}
