package models

import (
	"slices"

	"gorm.io/gorm/clause"
)

// IdentifyMany is [Scope.Identify] for many sightings, in few statements: who is returned at i has all names of sighting
// i. Sightings that have to do with each other, and people who turn out to be one, are worked out one after the other in
// their order, so that the outcome is that of calling Identify for each.
func (sc *Scope) IdentifyMany(sightings [][]Name) ([]MemberID, error) {
	people := make([]MemberID, 0, len(sightings))
	for len(sightings) > 0 {
		n := min(len(sightings), batch/2)
		some, err := sc.identifyMany(sightings[:n])
		if err != nil {
			return nil, err
		}
		people, sightings = append(people, some...), sightings[n:]
	}
	return people, nil
}

// sighting is one set of names seen together, with what is known of them.
type sighting struct {
	names  []Name
	people []MemberID // who has any of them
	alone  bool       // it has nothing to do with any other
}

func (sc *Scope) identifyMany(all [][]Name) ([]MemberID, error) {
	seen := make([]sighting, len(all))
	for i, names := range all {
		seen[i].names = slices.DeleteFunc(slices.Clone(names), func(n Name) bool { return n.Value == "" })
		if len(seen[i].names) == 0 {
			return nil, Errorf(Invalid, "no_identity", "nobody is named")
		}
	}
	known, err := sc.identitiesNamed(seen)
	if err != nil {
		return nil, err
	}
	for i := range seen {
		for _, n := range seen[i].names {
			if p := known[n]; p != 0 && !slices.Contains(seen[i].people, p) {
				seen[i].people = append(seen[i].people, p)
			}
		}
	}
	separate(seen)
	people, err := sc.identifyAlone(seen, known)
	if err != nil {
		return nil, err
	}
	for i, s := range seen {
		if people[i] == 0 {
			if people[i], err = sc.Identify(s.names...); err != nil {
				return nil, err
			}
		}
	}
	return people, nil
}

// separate finds the sightings that share no name and no person with another, and make nobody one with anybody.
func separate(seen []sighting) {
	names, people := map[Name]int{}, map[MemberID]int{}
	for _, s := range seen {
		for _, n := range s.names {
			names[n]++
		}
		for _, p := range s.people {
			people[p]++
		}
	}
	for i, s := range seen {
		seen[i].alone = len(s.people) <= 1 &&
			!slices.ContainsFunc(s.names, func(n Name) bool { return names[n] > 1 }) &&
			!slices.ContainsFunc(s.people, func(p MemberID) bool { return people[p] > 1 })
	}
}

// identitiesNamed reads who has the names, a few statements for all of them. The rows are locked, in the order of their
// values, as Identify locks them.
func (sc *Scope) identitiesNamed(seen []sighting) (map[Name]MemberID, error) {
	type of struct {
		kind  IdentityKind
		scope string
	}
	var order []of
	values := map[of][]string{}
	for _, s := range seen {
		for _, n := range s.names {
			at := of{n.Kind, n.Scope}
			if values[at] == nil {
				order = append(order, at)
			}
			values[at] = append(values[at], n.Value)
		}
	}
	known := make(map[Name]MemberID, len(seen))
	for _, at := range order {
		some := values[at]
		slices.Sort(some)
		some = slices.Compact(some)
		for len(some) > 0 {
			n := min(len(some), batch)
			var rows []Identity
			q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
				Where("kind = ? AND scope = ? AND value IN ?", at.kind, at.scope, some[:n])
			if err := list(q, &rows, "identities"); err != nil {
				return nil, err
			}
			for _, r := range rows {
				known[Name{r.Kind, r.Scope, r.Value}] = r.MemberID
			}
			some = some[n:]
		}
	}
	return known, nil
}

// identifyAlone works out the sightings that stand alone: those whom nobody knows are new people, the others get the
// names they lack. The rest stay zero.
func (sc *Scope) identifyAlone(seen []sighting, known map[Name]MemberID) ([]MemberID, error) {
	people := make([]MemberID, len(seen))
	var fresh []Member
	var lacking []MemberID
	for i, s := range seen {
		switch {
		case !s.alone:
		case len(s.people) == 0:
			m := Member{ID: newID[Member](sc.Tx), CommunityID: sc.Community, CreatedAt: sc.Now}
			people[i], fresh = m.ID, append(fresh, m)
		default:
			people[i] = s.people[0]
			if slices.ContainsFunc(s.names, func(n Name) bool { return known[n] == 0 }) {
				lacking = append(lacking, people[i])
			}
		}
	}
	if err := insertAll(sc.Tx, fresh, "members"); err != nil {
		return nil, err
	}
	has, err := sc.identitiesOfAll(lacking)
	if err != nil {
		return nil, err
	}
	var rows []Identity
	for i, s := range seen {
		if people[i] == 0 {
			continue
		}
		for _, n := range s.names {
			if known[n] != 0 || contradicts(has[people[i]], n) {
				continue
			}
			row := Identity{ID: newID[Identity](sc.Tx), CommunityID: sc.Community, Kind: n.Kind, Scope: n.Scope,
				Value: n.Value, MemberID: people[i], CreatedAt: sc.Now}
			rows = append(rows, row)
			has[people[i]] = append(has[people[i]], row)
		}
	}
	return people, insertAll(sc.Tx, rows, "identities") // a name that is taken meanwhile makes the transaction run again
}

// identitiesOfAll lists the names of some people.
func (sc *Scope) identitiesOfAll(people []MemberID) (map[MemberID][]Identity, error) {
	has := make(map[MemberID][]Identity, len(people))
	err := inBatches(people, func(some []MemberID) error {
		var part []Identity
		err := list(sc.rows().Where("member_id IN ?", ints(some)).Order("id"), &part, "identities")
		for _, i := range part {
			has[i.MemberID] = append(has[i.MemberID], i)
		}
		return err
	})
	return has, err
}
