package models

// RevisePolicy stores the next revision of a community's (group zero) or a group's rules if base is still the newest one
// (zero: there is none). Otherwise it is a Conflict and the Policy is the newer revision. It locks the community's or the
// group's row.
func (sc *Scope) RevisePolicy(group GroupID, base int, rules Rules, by AccountID) (Policy, error) {
	var err error
	if group == 0 {
		_, err = sc.LockCommunity()
	} else {
		_, err = sc.LockGroup(group)
	}
	if IsKind(err, NotFound) {
		return Policy{}, Errorf(NotFound, "group_not_found", "no such group")
	}
	if err != nil {
		return Policy{}, err
	}
	last, err := sc.PolicyOf(group)
	if err != nil && !IsKind(err, NotFound) {
		return Policy{}, err
	}
	if last.Rev != base {
		return last, Errorf(Conflict, "policy_moved", "the rules are at revision %d, not %d", last.Rev, base)
	}
	return sc.AddPolicy(group, rules, by)
}

// PolicyRevisions lists the revisions of a community's (group zero) or a group's own rules, the newest first, at most limit;
// those before a revision if before is not zero.
func (sc *Scope) PolicyRevisions(group GroupID, before, limit int) ([]Policy, error) {
	var all []Policy
	q := sc.rows().Where("group_id = ?", int64(group)).Order("rev DESC").Limit(limit)
	if before > 0 {
		q = q.Where("rev < ?", before)
	}
	return all, list(q, &all, "policies")
}
