package models

// Addressee is a member who can be written to in an account: she follows it.
type Addressee struct {
	MemberID MemberID
	OpenID   string
	Lang     string // zh-Hans, zh-Hant or en; empty: not known
}

// Addressees lists the members who follow an account now, oldest first. Who follows without a member of ours being known by
// that openid is not among them.
func (sc *Scope) Addressees(c Channel) ([]Addressee, error) {
	var following []Follower
	q := sc.rows().Where("channel_id = ? AND following = ?", int64(c.ID), true)
	if err := list(q, &following, "followers"); err != nil {
		return nil, err
	}
	here := make(map[string]bool, len(following))
	for _, f := range following {
		here[f.Person] = true
	}
	var names []Identity
	if err := list(sc.rows().Where("kind = ? AND scope = ?", OpenID, c.AppID).Order("id"), &names, "identities"); err != nil {
		return nil, err
	}
	all := make([]Addressee, 0, len(here))
	for _, n := range names {
		if here[sc.SenderKey(c.ID, n.Value)] {
			all = append(all, Addressee{MemberID: n.MemberID, OpenID: n.Value, Lang: n.Lang})
		}
	}
	return all, nil
}

// batch bounds how many values one query names: SQLite takes 32,766, and long lists are slow to plan.
const batch = 1000

// inBatches calls fn with the ids, a thousand at a time, and with each once: one that stood in two batches would be read twice.
func inBatches[T any](ids []ID[T], fn func([]ID[T]) error) error {
	if len(ids) > batch {
		ids = once(ids)
	}
	for len(ids) > 0 {
		n := min(len(ids), batch)
		if err := fn(ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// once leaves out what stood before; the order stays.
func once[T comparable](all []T) []T {
	seen, left := make(map[T]bool, len(all)), make([]T, 0, len(all))
	for _, v := range all {
		if !seen[v] {
			seen[v], left = true, append(left, v)
		}
	}
	return left
}

// OpenIDs tells what some members are called in an app; who has no name there is left out.
func (sc *Scope) OpenIDs(appID string, members []MemberID) (map[MemberID]string, error) {
	names := make(map[MemberID]string, len(members))
	err := inBatches(members, func(some []MemberID) error {
		var rows []Identity
		q := sc.rows().Where("member_id IN ? AND kind = ? AND scope = ?", ints(some), OpenID, appID)
		if err := list(q, &rows, "identities"); err != nil {
			return err
		}
		for _, r := range rows {
			names[r.MemberID] = r.Value
		}
		return nil
	})
	return names, err
}

// MembersOf tells whom some openids of an app belong to; who is unknown is left out.
func (sc *Scope) MembersOf(appID string, openIDs []string) (map[string]MemberID, error) {
	known := make(map[string]MemberID, len(openIDs))
	for len(openIDs) > 0 {
		n := min(len(openIDs), batch)
		var rows []Identity
		q := sc.rows().Where("kind = ? AND scope = ? AND value IN ?", OpenID, appID, openIDs[:n])
		if err := list(q, &rows, "identities"); err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[r.Value] = r.MemberID
		}
		openIDs = openIDs[n:]
	}
	return known, nil
}
