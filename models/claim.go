package models

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
)

// LockPeople is [Scope.LockPerson] for many members in three statements: it locks the people they are, from the oldest to the
// youngest as a merge does, and returns the ids of each, the one she is now first. A member who does not exist is left out.
func (sc *Scope) LockPeople(members []MemberID) (map[MemberID][]MemberID, error) {
	return sc.people(members, true)
}

// PeopleOf is LockPeople without the locks.
func (sc *Scope) PeopleOf(members []MemberID) (map[MemberID][]MemberID, error) {
	return sc.people(members, false)
}

func (sc *Scope) people(members []MemberID, lock bool) (map[MemberID][]MemberID, error) {
	now, err := sc.whoAll(members, lock)
	if err != nil {
		return nil, err
	}
	p, ids := &packet{sc: sc}, map[MemberID][]MemberID{}
	sc.readMerged(p, themselves(now), ids)
	_, err = p.send()
	people := make(map[MemberID][]MemberID, len(members))
	for _, m := range members {
		if person, known := now[m]; known {
			people[m] = ids[person]
		}
	}
	return people, err
}

// whoAll tells who each member is now; the people are there too, as themselves. With lock it keeps their rows.
func (sc *Scope) whoAll(members []MemberID, lock bool) (map[MemberID]MemberID, error) {
	now := make(map[MemberID]MemberID, len(members))
	if err := sc.whoAre(members, now, lock); err != nil {
		return nil, err
	}
	var older []MemberID // people only known by an id that was merged into them
	for _, p := range now {
		if _, read := now[p]; !read {
			older = append(older, p)
		}
	}
	if err := sc.whoAre(older, now, lock); err != nil {
		return nil, err
	}
	for _, p := range now {
		if now[p] != p {
			return nil, fmt.Errorf("lock person %s: %w", p, errMoved)
		}
	}
	return now, nil
}

// whoAre notes who each member is now, and with lock keeps the rows.
func (sc *Scope) whoAre(members []MemberID, now map[MemberID]MemberID, lock bool) error {
	p := &packet{sc: sc}
	sc.readWho(p, slices.Compact(slices.Sorted(slices.Values(members))), now, lock)
	_, err := p.send()
	return err
}

// somebodyElse reports whether a member is a person who was not read, or was somebody else again when she was.
func somebodyElse(now map[MemberID]MemberID) bool {
	for _, p := range now {
		if now[p] != p {
			return true
		}
	}
	return false
}

// themselves lists those who are nobody else now.
func themselves(now map[MemberID]MemberID) []MemberID {
	var all []MemberID
	for id, p := range now {
		if id == p {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	return all
}

// readWho puts into a packet who members are now; with lock it keeps their rows. They are sorted.
func (sc *Scope) readWho(p *packet, members []MemberID, now map[MemberID]MemberID, lock bool) {
	if len(members) == 0 {
		return
	}
	rest := ""
	if lock && sc.s.engine == MySQL {
		rest = " FOR UPDATE"
	}
	p.read("list members", pairs(func(id, into int64) { now[MemberID(id)] = cmp.Or(MemberID(into), MemberID(id)) }),
		fmt.Sprintf("SELECT id, merged_into FROM members WHERE community_id = %d AND id IN (%s) ORDER BY id%s", sc.Community, numbers(members), rest))
}

// readMerged puts into a packet which ids were merged into people, and notes all ids of each. They are sorted.
func (sc *Scope) readMerged(p *packet, people []MemberID, ids map[MemberID][]MemberID) {
	for _, person := range people {
		ids[person] = []MemberID{person}
	}
	if len(people) == 0 {
		return
	}
	take := pairs(func(id, into int64) { ids[MemberID(into)] = append(ids[MemberID(into)], MemberID(id)) })
	p.read("list members", func(rows *sql.Rows) error {
		err := take(rows)
		for _, all := range ids { // the server would sort them all, to find that nobody was merged
			slices.Sort(all[1:])
		}
		return err
	}, fmt.Sprintf("SELECT id, merged_into FROM members%s WHERE community_id = %d AND merged_into IN (%s)", sc.by("members_community"), sc.Community, numbers(people)))
}

// pairs takes rows of two numbers.
func pairs(each func(a, b int64)) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		for rows.Next() {
			var a, b int64
			if err := rows.Scan(&a, &b); err != nil {
				return err
			}
			each(a, b)
		}
		return nil
	}
}

// numbers writes ids as a list of SQL.
func numbers[T any](ids []ID[T]) string {
	text := make([]byte, 0, 20*len(ids))
	for i, id := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(id), 10)
	}
	return string(text)
}

// ReturnStocks gives n vouchers back to the stock of an offer.
func (sc *Scope) ReturnStocks(id OfferID, n int) error {
	r := sc.db.Exec("UPDATE offers SET claimed = claimed - ? WHERE community_id = ? AND id = ? AND claimed >= ?", n, int64(sc.Community), int64(id), n)
	if r.Error == nil && r.RowsAffected != 1 {
		return fmt.Errorf("return %d to the stock of offer %s, which were not taken from it", n, id)
	}
	return translate(r.Error, "return stock")
}
