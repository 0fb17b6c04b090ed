package desk

import (
	"context"
	"fmt"
	"slices"

	"siyu/models"
)

// Level says whose rules they are.
type Level string

// The levels of rules. Both hold where a group has rules of its own.
const (
	OfCommunity Level = "community"
	OfGroup     Level = "group"
)

// Revision is one revision of rules: who made it, when, and what it changed.
type Revision struct {
	Rev     int
	Group   models.GroupID // zero: the community's
	Rules   models.Rules
	By      models.AccountID
	ByName  string // empty: Siyu itself, or somebody who is gone
	At      models.Millis
	Changes []Difference // against the revision before; the first one's against no rules
	Effect  Effect
}

// Standing is a rule that holds, and whose it is.
type Standing struct {
	Limit
	Level     Level
	Rev       int
	Strictest bool // no other level has a stricter one of the same name
}

// Policy is what holds in a group, or with the group left out in the whole community.
type Policy struct {
	Community *Revision // nil: the community has no rules
	Own       *Revision // nil: the group has none of its own
	Effective models.Rules
	Limits    []Standing // every rule of either level, the effective ones marked
}

// Policy reads the rules of a group (the community's if it is zero). A group without any rules gets nothing: that is a
// policy without revisions.
func (d *Desk) Policy(ctx context.Context, community models.CommunityID, group models.GroupID) (Policy, error) {
	sc := d.store.Read(ctx).In(community)
	zone := "UTC" // rules are read alike in every zone
	if group != 0 {
		g, err := groupOf(sc, group)
		if err != nil {
			return Policy{}, err
		}
		zone = g.Zone
	}
	var p Policy
	var levels []models.Rules
	owners := []models.GroupID{0}
	if group != 0 {
		owners = append(owners, group)
	}
	names := map[models.AccountID]string{}
	for _, owner := range owners {
		all, err := revisions(sc, owner, 0, 1, names)
		if err != nil {
			return p, err
		}
		if len(all) == 0 {
			continue
		}
		if levels = append(levels, all[0].Rules); owner == 0 {
			p.Community = &all[0]
		} else {
			p.Own = &all[0]
		}
	}
	if len(levels) > 0 {
		terms, err := d.ledger.Terms(zone, levels...)
		if err != nil {
			return p, err
		}
		p.Effective = terms.Limits
	}
	p.Limits = p.standing()
	return p, nil
}

// standing lists the rules of both levels.
func (p Policy) standing() []Standing {
	all := []Standing{}
	effective := limits(p.Effective)
	for _, r := range []*Revision{p.Community, p.Own} {
		if r == nil {
			continue
		}
		level := OfCommunity
		if r.Group != 0 {
			level = OfGroup
		}
		for i, l := range limits(r.Rules) {
			unset := l.Field == "offer_spacing" && r.Rules.OfferSpacing == 0 || l.Field == "owner_day" && r.Rules.OwnerDay == 0
			if l.Value == nil || unset && level == OfGroup && p.Community != nil { // the default is the community's
				continue
			}
			all = append(all, Standing{Limit: l, Level: level, Rev: r.Rev, Strictest: l.Value == effective[i].Value})
		}
		for _, c := range r.Rules.Caps {
			all = append(all, Standing{Limit: Limit{"caps", UnitCap, c}, Level: level, Rev: r.Rev, Strictest: true})
		}
		for _, b := range r.Rules.ExcludedBrands {
			all = append(all, Standing{Limit: Limit{"excluded_brands", UnitBrand, b}, Level: level, Rev: r.Rev, Strictest: true})
		}
		for _, c := range r.Rules.ExcludedCategories {
			all = append(all, Standing{Limit: Limit{"excluded_categories", UnitCategory, c}, Level: level, Rev: r.Rev, Strictest: true})
		}
	}
	return all
}

// Revisions lists the revisions of a level's rules, the newest first: at most limit, those before a revision if before is
// not zero.
func (d *Desk) Revisions(ctx context.Context, community models.CommunityID, group models.GroupID, before, limit int) ([]Revision, error) {
	sc := d.store.Read(ctx).In(community)
	if group != 0 {
		if _, err := groupOf(sc, group); err != nil {
			return nil, err
		}
	}
	return revisions(sc, group, before, limit, map[models.AccountID]string{})
}

// revisions reads revisions with what each changed; names keeps what was looked up.
func revisions(sc *models.Scope, group models.GroupID, before, limit int, names map[models.AccountID]string) ([]Revision, error) {
	rows, err := sc.PolicyRevisions(group, before, limit+1)
	if err != nil {
		return nil, fmt.Errorf("revisions of the rules: %w", err)
	}
	all := make([]Revision, 0, limit)
	for i, row := range rows[:min(limit, len(rows))] {
		r := Revision{Rev: row.Rev, Group: row.GroupID, By: row.CreatedBy, At: row.EffectiveFrom}
		if r.Rules, err = row.Rules(); err != nil {
			return nil, err
		}
		var was models.Rules
		if i+1 < len(rows) {
			if was, err = rows[i+1].Rules(); err != nil {
				return nil, err
			}
		}
		r.Changes = Compare(was, r.Rules)
		r.Effect = Overall(r.Changes)
		if r.ByName, err = nameOf(sc, row.CreatedBy, names); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

func nameOf(sc *models.Scope, id models.AccountID, names map[models.AccountID]string) (string, error) {
	if name, ok := names[id]; ok || id == 0 {
		return name, nil
	}
	a, err := sc.Account(id)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return "", err
	}
	names[id] = a.Name
	return a.Name, nil
}

// groupOf reads a group; one that is not there has a code that people can read.
func groupOf(sc *models.Scope, id models.GroupID) (models.Group, error) {
	g, err := sc.Group(id)
	if models.IsKind(err, models.NotFound) {
		return g, models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	return g, err
}

// MovedError says that rules were changed since they were read; Newer is how they are now.
type MovedError struct {
	Newer Revision
	Err   error
}

// Error says what was in the way.
func (m *MovedError) Error() string { return m.Err.Error() }

// Unwrap returns the conflict.
func (m *MovedError) Unwrap() error { return m.Err }

// Revise stores new rules of a group (zero: of the community) if the newest revision is still base, and writes into the
// audit what they change. If it is not, the error is [MovedError].
func (d *Desk) Revise(ctx context.Context, community models.CommunityID, by models.AccountID, group models.GroupID, base int,
	rules models.Rules,
) (Revision, error) {
	var out Revision
	err := d.store.Tx(ctx, func(tx *models.Tx) error {
		var err error
		out, err = d.revise(tx.In(community), by, group, base, rules)
		return err
	})
	return out, err
}

func (d *Desk) revise(sc *models.Scope, by models.AccountID, group models.GroupID, base int, rules models.Rules) (Revision, error) {
	if err := check(sc, rules); err != nil {
		return Revision{}, err
	}
	row, err := sc.RevisePolicy(group, base, rules, by)
	if err != nil && models.CodeOf(err) != "policy_moved" {
		return Revision{}, err
	}
	moved := err
	all, err := revisions(sc, group, 0, 1, map[models.AccountID]string{})
	switch {
	case err != nil:
		return Revision{}, err
	case moved != nil && len(all) == 0: // base names a revision, and there is none
		return Revision{}, &MovedError{Err: moved, Newer: Revision{Group: group, Changes: []Difference{}}}
	case moved != nil:
		return Revision{}, &MovedError{Err: moved, Newer: all[0]}
	case len(all) == 0 || all[0].Rev != row.Rev:
		return Revision{}, fmt.Errorf("revision %d of the rules is not there", row.Rev)
	}
	object := "community:" + sc.Community.String()
	if group != 0 {
		object = "group:" + group.String()
	}
	if err := sc.AddAudit(by, "policy.change", object, inWords(all[0])); err != nil {
		return all[0], err
	}
	if row.Rev > 1 && (all[0].Effect == Tighter || all[0].Effect == "") { // without any rules nothing was sent
		return all[0], nil
	}
	return all[0], d.nudge(sc, group)
}

// check refuses rules that cannot be meant, also those that only the store can tell.
func check(sc *models.Scope, rules models.Rules) error {
	if err := rules.Validate(); err != nil {
		return err
	}
	brands, err := sc.Brands()
	if err != nil {
		return err
	}
	for _, id := range rules.ExcludedBrands {
		if !slices.ContainsFunc(brands, func(b models.Brand) bool { return b.ID == id }) {
			return models.Errorf(models.Invalid, "rules_wrong", "a brand that is not there").With("field", "excluded_brands")
		}
	}
	return nil
}

// nudge has what is held ask again: a looser rule may let it go earlier than was said.
func (d *Desk) nudge(sc *models.Scope, group models.GroupID) error {
	if group != 0 {
		return d.ledger.Resumed(sc, group)
	}
	return d.ledger.ResumedAll(sc)
}

// Target is a group that rules are copied to, and the revision that they replace.
type Target struct {
	Group models.GroupID
	Base  int
}

// Copy gives the newest rules of a group (zero: of the community) to others, all or none. A group that has them already
// keeps its revision and is left out of what is returned.
func (d *Desk) Copy(ctx context.Context, community models.CommunityID, by models.AccountID, from models.GroupID, to []Target) ([]Revision, error) {
	var out []Revision
	err := d.store.Tx(ctx, func(tx *models.Tx) error {
		out = []Revision{} // the transaction may run more than once
		sc := tx.In(community)
		source, err := sc.PolicyOf(from)
		if models.IsKind(err, models.NotFound) {
			return models.Errorf(models.NotFound, "policy_not_found", "no rules to copy")
		}
		if err != nil {
			return err
		}
		rules, err := source.Rules()
		if err != nil {
			return err
		}
		ids := make([]models.GroupID, len(to))
		for i, t := range to {
			ids[i] = t.Group
		}
		if _, err := sc.LockGroups(ids); err != nil { // in the order of their ids, whatever the order they came in
			return err
		}
		for _, t := range to {
			own, err := sc.PolicyOf(t.Group)
			if err == nil && own.Rev == t.Base && own.RulesJSON == source.RulesJSON {
				continue
			}
			if err != nil && !models.IsKind(err, models.NotFound) {
				return err
			}
			r, err := d.revise(sc, by, t.Group, t.Base, rules)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	return out, err
}
