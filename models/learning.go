package models

// Learning is what was learnt of one group from its days. All of it can be worked out again from the rows of [GroupDay].
type Learning struct {
	GroupID     GroupID `gorm:"column:id;primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Version     int    // of how State and Base are written
	Day         int    // the last day that was learnt from, as GroupDay.Day; 0: none
	Observed    int    // the last day that was written down
	AsOf        Millis // when it was worked out
	ForgetAt    Millis // what was seen before does not count
	State       []byte // what counts of the days up to Day
	Base        []byte // and up to BaseDay: from there on days are counted again, for reports come late
	BaseDay     int

	Score           float64 // the fatigue score at AsOf, 0..100
	H0              float64 `gorm:"column:h0"` // members who leave without sponsored posts, per member and day
	Phi             float64 // sensitivity: who leaves because of one post fully felt, per member and day
	CTR             float64 `gorm:"column:ctr"` // clicks per member on the usual post
	PerWeek         float64 // posts a week, over the last four
	BreakerAt       Millis  // when a wave of leaves paused the group last
	BreakerUntil    Millis  // and until when
	BreakerQuits    int     // how many left within 48 hours then
	BreakerExpected float64 // and how many were foreseen
}

// TableName names the table.
func (Learning) TableName() string { return "learnings" }

// LearningsOf reads what was learnt of some groups; a group that nothing was learnt of is left out.
func (sc *Scope) LearningsOf(groups []GroupID) (map[GroupID]Learning, error) {
	found := make(map[GroupID]Learning, len(groups))
	err := inBatches(groups, func(some []GroupID) error {
		var part []Learning
		err := list(sc.rows().Where("id IN ?", ints(some)), &part, "learnings")
		for _, l := range part {
			found[l.GroupID] = l
		}
		return err
	})
	return found, err
}

// ReplaceLearnings stores what was learnt of groups in place of what is there.
func (sc *Scope) ReplaceLearnings(all []Learning) error {
	ids := make([]GroupID, len(all))
	for i := range all {
		all[i].CommunityID, ids[i] = sc.Community, all[i].GroupID
	}
	err := inBatches(ids, func(some []GroupID) error {
		return translate(sc.rows().Where("id IN ?", ints(some)).Delete(&Learning{}).Error, "replace learnings")
	})
	if err != nil || len(all) == 0 {
		return err
	}
	return insertAll(sc.Tx, all, "learnings")
}

// RatioKind says what a ratio is about.
type RatioKind string

// The ratios: clicks of all posts beside what was guessed at first; and beside that, of all groups together (no group, no
// Ref), of one group, of a brand in all groups and in one, and of a category in one.
const (
	RatioClick    RatioKind = "click"
	RatioAll      RatioKind = "all"
	RatioGroup    RatioKind = "group"
	RatioBrand    RatioKind = "brand"
	RatioPair     RatioKind = "pair"
	RatioCategory RatioKind = "category"
)

// Ratio is how many clicks came, beside how many were foreseen by everything else that is known.
type Ratio struct {
	CommunityID CommunityID `gorm:"primaryKey;autoIncrement:false"`
	GroupID     GroupID     `gorm:"primaryKey;autoIncrement:false"` // zero: of all groups
	Kind        RatioKind   `gorm:"primaryKey"`
	Ref         int64       `gorm:"primaryKey;autoIncrement:false"` // the brand's id or the category's number
	Hits        float64
	Foreseen    float64
}

// TableName names the table.
func (Ratio) TableName() string { return "ratios" }

// RatiosOf lists the ratios of some groups, and those of all groups together; with refs only those that are about one of
// them, or about no brand and no category.
func (sc *Scope) RatiosOf(groups []GroupID, refs []int64) ([]Ratio, error) {
	var all []Ratio
	err := inBatches(append([]GroupID{0}, groups...), func(some []GroupID) error {
		var part []Ratio
		q := sc.rows().Where("group_id IN ?", ints(some)).Order("group_id, kind, ref")
		if refs != nil {
			q = q.Where("ref IN ?", append([]int64{0}, refs...))
		}
		err := list(q, &part, "ratios")
		all = append(all, part...)
		return err
	})
	return all, err
}

// ReplaceRatios stores ratios of the community in place of all that are there.
func (sc *Scope) ReplaceRatios(all []Ratio) error {
	if err := sc.rows().Delete(&Ratio{}).Error; err != nil {
		return translate(err, "replace ratios")
	}
	if len(all) == 0 {
		return nil
	}
	for i := range all {
		all[i].CommunityID = sc.Community
	}
	return insertAll(sc.Tx, all, "ratios")
}

// DeleteRatios removes the ratios of one group.
func (sc *Scope) DeleteRatios(group GroupID) error {
	return translate(sc.rows().Where("group_id = ?", int64(group)).Delete(&Ratio{}).Error, "delete ratios")
}

// Prior is what all groups of a community have in common; a group that little is known of is taken to be like them.
type Prior struct {
	CommunityID CommunityID `gorm:"primaryKey;autoIncrement:false"`
	Version     int         // of how State is written
	AsOf        Millis
	State       []byte
	GroupsSeen  int // from how many groups it was learnt
}

// TableName names the table.
func (Prior) TableName() string { return "priors" }

// Prior reads what the community's groups have in common; the zero value if nothing was learnt.
func (sc *Scope) Prior() (Prior, error) {
	var p Prior
	err := one(sc.rows(), &p, "prior")
	if IsKind(err, NotFound) {
		return Prior{}, nil
	}
	return p, err
}

// ReplacePrior stores what the community's groups have in common.
func (sc *Scope) ReplacePrior(p Prior) error {
	p.CommunityID = sc.Community
	if err := sc.rows().Delete(&Prior{}).Error; err != nil {
		return translate(err, "replace prior")
	}
	return insert(sc.Tx, &p, "prior")
}
