package bot

import (
	"context"

	"siyu/models"
)

// TaggedMember is one share of a tag and what an organiser may know of the person: what she did, and no name.
type TaggedMember struct {
	models.MemberTag
	FirstAt models.Millis // when she was first seen; zero: she never did anything
	LastAt  models.Millis // when she was last seen
	Claims  int
	Redeems int
	Groups  []models.GroupID // she is in now
}

// TaggedMembers lists who has a tag, those after one. With takenOff it lists from whom it was taken by hand instead, who
// does not get it back from its rule.
func (b *Bot) TaggedMembers(ctx context.Context, community models.CommunityID, id models.TagID, takenOff bool, after models.ID[models.MemberTag], limit int) ([]TaggedMember, error) {
	sc := b.store.Read(ctx).In(community)
	if _, err := sc.ActiveTag(id); err != nil {
		return nil, err
	}
	read := sc.TaggedMembers
	if takenOff {
		read = sc.UntaggedMembers
	}
	shares, err := read(id, after, limit)
	if err != nil {
		return nil, err
	}
	people := make([]models.MemberID, len(shares))
	for i, s := range shares {
		people[i] = s.MemberID
	}
	touches, err := sc.TouchesOfAll(people)
	if err != nil {
		return nil, err
	}
	groups, err := sc.GroupsOfAll(people)
	if err != nil {
		return nil, err
	}
	all := make([]TaggedMember, len(shares))
	for i, s := range shares {
		all[i] = sumUp(s, touches[s.MemberID])
		all[i].Groups = groups[s.MemberID]
	}
	return all, nil
}

// sumUp counts what a member did, from her touches in their order.
func sumUp(share models.MemberTag, touches []models.Touch) TaggedMember {
	m := TaggedMember{MemberTag: share}
	for _, t := range touches {
		if t.Kind == models.TouchClaim {
			m.Claims++
		}
		if t.Kind == models.TouchRedeem {
			m.Redeems++
		}
	}
	if n := len(touches); n > 0 {
		m.FirstAt, m.LastAt = touches[0].At, touches[n-1].At
	}
	return m
}
