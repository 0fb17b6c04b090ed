package models

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// Move takes a placement from where it was read, under its group's lock, to where To says. Decision, if there is one, is
// what was decided about it; To may equal From when only the decision is to be kept.
type Move struct {
	From, To Placement
	Decision *Record
}

// happens reports whether the move changes what the placement is, and not only when it was last asked for.
func (m Move) happens() bool {
	to := m.To
	to.Asked, to.UpdatedAt = m.From.Asked, m.From.UpdatedAt
	return to != m.From
}

// BookMoves writes moves, their events and all records of them, in few statements however many there are. groups are the
// groups of the placements, locked by this transaction; they are brought up to date. Moves of one group come in the order in
// which they were decided.
func (sc *Scope) BookMoves(groups map[GroupID]*Group, moves []Move) error {
	events := make([]PlacementEvent, 0, len(moves))
	records := make([]Record, 0, 2*len(moves))
	touched := make([]*Group, 0, len(groups))
	for i := range moves {
		m := &moves[i]
		g := groups[m.From.GroupID]
		if g == nil {
			return fmt.Errorf("book a placement of group %s: its group is not locked", m.From.GroupID)
		}
		c := chain{group: g.ID, hash: g.Chain, seq: g.ChainSeq}
		if m.Decision != nil {
			sc.link(&c, m.Decision)
			records = append(records, *m.Decision)
		}
		if m.happens() {
			m.To.UpdatedAt = sc.Now
			ev := PlacementEvent{ID: newID[PlacementEvent](sc.Tx), CommunityID: sc.Community, PlacementID: m.From.ID, GroupID: g.ID,
				FromState: m.From.State, ToState: m.To.State, Reason: m.To.Reason, S: m.To.S, E: m.To.E, PolicyRev: m.To.PolicyRev, At: sc.Now}
			events = append(events, ev)
			r := Record{Kind: RecordEvent, Ref: int64(ev.ID), Digest: ev.digest()}
			sc.link(&c, &r)
			records = append(records, r)
		}
		if c.seq == g.ChainSeq {
			continue
		}
		g.Chain, g.ChainSeq = c.hash, c.seq
		if !slices.Contains(touched, g) {
			touched = append(touched, g)
			g.Ver++
		}
		g.ClockHigh = max(g.ClockHigh, sc.Now, m.To.SentAt) // a post from the future tells that our own clock lags
	}
	if len(records) == 0 {
		return nil
	}
	if err := sc.writeMoves(moves); err != nil {
		return err
	}
	if err := sc.writeGroups(touched); err != nil {
		return err
	}
	if len(events) > 0 {
		if err := insertAll(sc.Tx, events, "placement events"); err != nil {
			return err
		}
	}
	return insertAll(sc.Tx, records, "records")
}

// insertAll writes rows with ids of their own in few statements.
func insertAll[T any](tx *Tx, rows []T, what string) error {
	const part = 500
	for len(rows) > 0 {
		n := min(len(rows), part)
		some := rows[:n]
		err := insert(tx, &some, what)
		if IsDuplicate(err) {
			return fmt.Errorf("insert %s: %w", what, errIDCollision)
		}
		if err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// writeMoves updates the placements. Each must still be in the state it was read in: all who move one hold its group's lock.
func (sc *Scope) writeMoves(moves []Move) error {
	moves = slices.DeleteFunc(slices.Clone(moves), func(m Move) bool { return m.To == m.From })
	if len(moves) == 0 {
		return nil
	}
	ids := make([]int64, len(moves))
	var states []PlacementState
	set := map[string][]any{}
	for i, m := range moves {
		ids[i] = int64(m.From.ID)
		if !slices.Contains(states, m.From.State) {
			states = append(states, m.From.State)
		}
		for column, value := range map[string]any{
			"state": m.To.State, "s": int64(m.To.S), "e": int64(m.To.E), "sent_at": int64(m.To.SentAt), "next_at": int64(m.To.NextAt),
			"reason": m.To.Reason, "reasons": m.To.Reasons, "policy_rev": m.To.PolicyRev, "asked": m.To.Asked,
			"updated_at": int64(m.To.UpdatedAt),
		} {
			set[column] = append(set[column], value)
		}
	}
	n, err := updateRows(sc.rows().Where("state IN ?", states), &Placement{}, ids, set, "placements")
	if err == nil && n != int64(len(ids)) {
		err = fmt.Errorf("move %d placements, of which %d had moved: %w", len(ids), int64(len(ids))-n, errMoved)
	}
	return err
}

func (sc *Scope) writeGroups(groups []*Group) error {
	ids := make([]int64, len(groups))
	set := map[string][]any{}
	for i, g := range groups {
		ids[i] = int64(g.ID)
		set["ver"] = append(set["ver"], g.Ver)
		set["clock_high"] = append(set["clock_high"], int64(g.ClockHigh))
		set["chain"] = append(set["chain"], g.Chain)
		set["chain_seq"] = append(set["chain_seq"], g.ChainSeq)
	}
	_, err := updateRows(sc.rows(), &Group{}, ids, set, "groups")
	return err
}

// MovePlacement takes p from the state it was read in to the one that to says, with everything to carries, and writes the
// event and the record of it, under the group's lock; it reports false if p had moved meanwhile.
func (sc *Scope) MovePlacement(p, to Placement) (bool, error) {
	g, err := sc.LockGroup(p.GroupID)
	if err != nil {
		return false, err
	}
	now, err := sc.Placement(p.ID)
	if err != nil || now.State != p.State {
		return false, err
	}
	return true, sc.BookMoves(map[GroupID]*Group{g.ID: &g}, []Move{{From: p, To: to}})
}

// updateRows sets columns of many rows, each to a value of its own, in one statement; it returns how many rows there were.
// Values that many rows share are written once: that keeps the statement short and the server from comparing every row with
// every value.
func updateRows(q *gorm.DB, model any, ids []int64, set map[string][]any, what string) (int64, error) {
	to := make(map[string]any, len(set))
	for column, values := range set {
		to[column] = byCase(ids, values)
	}
	r := q.Model(model).Where("id IN ?", ids).Updates(to)
	return r.RowsAffected, translate(r.Error, "update "+what)
}

// byCase is the expression that is each row's value: the value itself if they all have one, else the most frequent one for
// all that are not named.
func byCase(ids []int64, values []any) any {
	at := make(map[any][]int64, 4)
	for i, v := range values {
		at[v] = append(at[v], ids[i])
	}
	if len(at) == 1 {
		return values[0]
	}
	order := make([]any, 0, len(at))
	for v := range at {
		order = append(order, v)
	}
	slices.SortFunc(order, func(a, b any) int { return cmp.Or(len(at[b])-len(at[a]), cmp.Compare(at[a][0], at[b][0])) })
	var sql strings.Builder
	args := make([]any, 0, 2*len(at))
	sql.WriteString("CASE")
	for _, v := range order[1:] {
		if len(at[v]) == 1 {
			sql.WriteString(" WHEN id = ? THEN ?")
			args = append(args, at[v][0], v)
			continue
		}
		sql.WriteString(" WHEN id IN ? THEN ?")
		args = append(args, at[v], v)
	}
	sql.WriteString(" ELSE ? END")
	return gorm.Expr(sql.String(), append(args, order[0])...)
}
