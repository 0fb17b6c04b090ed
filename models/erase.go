package models

import (
	"slices"

	"gorm.io/gorm"
)

// MemberNamed returns the person who has a name, zero if nobody has it. Unlike [Scope.Identify] it makes nobody.
func (sc *Scope) MemberNamed(n Name) (MemberID, error) {
	var i Identity
	err := one(sc.rows().Where("kind = ? AND scope = ? AND value = ?", n.Kind, n.Scope, n.Value), &i, "identity")
	if IsKind(err, NotFound) {
		return 0, nil
	}
	return i.MemberID, err
}

// ForgetName takes a name from the person who has it, and returns her, zero if nobody has it. With the Mini Program's openid
// go its names for her within groups, also from her stays. When no openid and no external_userid is left to her, her other
// names go too: they would lead back to somebody we no longer know. What she did stays, with nobody's name on it.
func (sc *Scope) ForgetName(n Name) (MemberID, error) {
	person, err := sc.MemberNamed(n)
	if err != nil || person == 0 {
		return 0, err
	}
	if err := sc.LockMember(person); err != nil {
		return 0, err
	}
	err = sc.rows().Where("kind = ? AND scope = ? AND value = ?", n.Kind, n.Scope, n.Value).Delete(&Identity{}).Error
	if err != nil {
		return 0, translate(err, "forget identity")
	}
	left, err := sc.IdentitiesOf(person)
	if err != nil {
		return person, err
	}
	known := slices.ContainsFunc(left, func(i Identity) bool { return i.Kind == OpenID || i.Kind == ExternalUserID })
	mini, err := sc.Channel(MiniProgram)
	if err != nil && !IsKind(err, NotFound) {
		return person, err
	}
	if !known || n.Kind == OpenID && n.Scope == mini.AppID { // what she is called within groups is the Mini Program's too
		if err := sc.forgetInGroups(person); err != nil {
			return person, err
		}
		if err := sc.forgetGate(person); err != nil {
			return person, err
		}
	}
	if known {
		return person, nil
	}
	return person, translate(sc.rows().Where("member_id = ?", int64(person)).Delete(&Identity{}).Error, "forget identities")
}

// forgetGate erases what the Mini Program asked and was told about a person: her phone number, her words in appeals, and what
// WeChat thought of her.
func (sc *Scope) forgetGate(person MemberID) error {
	if err := sc.ForgetPhone(person); err != nil {
		return err
	}
	ids, err := sc.Cluster(person)
	if err != nil {
		return err
	}
	return sc.ForgetRisk(ids)
}

// forgetInGroups takes from a person what the Mini Program calls her within groups. That she is or was in them stays, under a
// key that tells nothing.
func (sc *Scope) forgetInGroups(person MemberID) error {
	var names []Identity
	q := func() *gorm.DB { return sc.rows().Where("member_id = ? AND kind = ?", int64(person), GroupOpenID) }
	if err := list(q(), &names, "identities"); err != nil || len(names) == 0 {
		return err
	}
	called := make([]string, len(names))
	for i, n := range names {
		called[i] = n.Value
	}
	ids, err := sc.Cluster(person)
	if err != nil {
		return err
	}
	var stays []GroupMember
	if err := list(sc.rows().Where("member_id IN ? AND user_key IN ?", ints(ids), called), &stays, "stays"); err != nil {
		return err
	}
	for _, m := range stays {
		if _, err := swap(sc.rows().Where("id = ?", int64(m.ID)), &GroupMember{}, map[string]any{"user_key": "stay:" + m.ID.String()}, "stay"); err != nil {
			return err
		}
	}
	return translate(q().Delete(&Identity{}).Error, "forget identities")
}

// EndSessions signs a person out of a Mini Program everywhere and returns from how many sessions. The session keys, which
// open what her phone seals, go with them.
func (sc *Scope) EndSessions(member MemberID, appID string) (int64, error) {
	ids, err := sc.Cluster(member)
	if err != nil {
		return 0, err
	}
	r := sc.rows().Where("kind = ? AND member_id IN ? AND app_id = ?", MiniSession, ints(ids), appID).Delete(&Session{})
	return r.RowsAffected, translate(r.Error, "end sessions")
}

// ForgetNotices erases what an account may send to a person and what it has sent: her credits, what she answered in the
// subscription dialog, every subscription message, and that she was here, also as somebody's account.
func (sc *Scope) ForgetNotices(appID, openID string) error {
	for _, t := range []any{&Credit{}, &Subscription{}, &Notice{}, &Reader{}, &Operator{}} {
		if err := sc.rows().Where("app_id = ? AND open_id = ?", appID, openID).Delete(t).Error; err != nil {
			return translate(err, "forget notices")
		}
	}
	return nil
}
