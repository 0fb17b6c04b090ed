package models

import "gorm.io/gorm/clause"

// Sighting is that somebody opened a card in another group than the one it was made for, or in one that is not known to be
// it. Several of them tell which group an opengid is.
type Sighting struct {
	ID          ID[Sighting] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Subject     string  // of the card's task, see [SubjectOf]; [NotThisGroup] for an organiser's word
	HomeID      GroupID // the group the card was made for
	GroupID     GroupID // where it was opened
	MemberID    MemberID
	At          Millis
}

// TableName names the table.
func (Sighting) TableName() string { return "sightings" }

// NotThisGroup is the subject of an organiser's word that two groups are two.
const NotThisGroup = "not"

// AddSighting stores a sighting; it reports false if it is known: same card, group and person.
func (sc *Scope) AddSighting(s *Sighting) (bool, error) {
	s.ID, s.CommunityID, s.At = newID[Sighting](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, s, "sighting", func() error {
		var known Sighting
		return one(sc.rows().Where("subject = ? AND group_id = ? AND member_id = ?", s.Subject, int64(s.GroupID), int64(s.MemberID)),
			&known, "sighting")
	})
}

// LockSightings lists where the cards of a group were opened that were not opened in itself, the oldest first. It reads what
// was committed last, and keeps others from adding until the transaction ends as far as the engine can.
func (sc *Scope) LockSightings(home GroupID) ([]Sighting, error) {
	var all []Sighting
	q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("home_id = ?", int64(home)).Order("id")
	return all, list(q, &all, "sightings")
}

// StrangersIn lists the openings in a group of cards that were made for others, the oldest first; without the organiser's words.
func (sc *Scope) StrangersIn(group GroupID) ([]Sighting, error) {
	var all []Sighting
	q := sc.rows().Where("group_id = ? AND home_id <> ? AND subject <> ?", int64(group), int64(group), NotThisGroup).Order("id")
	return all, list(q, &all, "sightings")
}

// SightedIn lists the groups whose cards were opened in a group, and how many people did so; without the organiser's words.
func (sc *Scope) SightedIn(groups []GroupID) (map[GroupID]map[GroupID]int, error) {
	seen := map[GroupID]map[GroupID]int{}
	err := inBatches(groups, func(some []GroupID) error {
		var rows []struct {
			GroupID GroupID
			HomeID  GroupID
			N       int
		}
		err := sc.rows().Model(&Sighting{}).Select("group_id, home_id, COUNT(DISTINCT member_id) AS n").
			Where("group_id IN ? AND subject <> ?", ints(some), NotThisGroup).Group("group_id, home_id").Scan(&rows).Error
		for _, r := range rows {
			if seen[r.GroupID] == nil {
				seen[r.GroupID] = map[GroupID]int{}
			}
			seen[r.GroupID][r.HomeID] = r.N
		}
		return translate(err, "count sightings")
	})
	return seen, err
}

// repointSightings makes what a person opened another's, when the two are one. What both opened stays once.
func (sc *Scope) repointSightings(from, to MemberID) error {
	var mine, theirs []Sighting
	if err := list(sc.rows().Where("member_id = ?", int64(from)), &mine, "sightings"); err != nil || len(mine) == 0 {
		return err
	}
	if err := list(sc.rows().Where("member_id = ?", int64(to)), &theirs, "sightings"); err != nil {
		return err
	}
	type key struct {
		subject string
		group   GroupID
	}
	has := map[key]bool{}
	for _, s := range theirs {
		has[key{s.Subject, s.GroupID}] = true
	}
	for _, s := range mine {
		q := sc.rows().Where("id = ?", int64(s.ID))
		var err error
		if has[key{s.Subject, s.GroupID}] {
			err = q.Delete(&Sighting{}).Error
		} else {
			err = q.Model(&Sighting{}).Update("member_id", int64(to)).Error
		}
		if err != nil {
			return translate(err, "merge members")
		}
	}
	return nil
}
