package models

// OrganicKind says what sort of post an organic one is.
type OrganicKind string

// The kinds of organic posts. All of them separate one sponsored post from the next; only a mass message counts in what the
// platform allows a group.
const (
	OrganicMass OrganicKind = "mass" // a mass message of the organiser's or of one of her people
	OrganicChat OrganicKind = "chat" // ordinary talk, counted
)

// OrganicPost is one post in a group that no sponsor paid for, or a count of them.
type OrganicPost struct {
	ID          ID[OrganicPost] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Idem        string // unique: what makes it one fact however often it is told
	GroupID     GroupID
	Kind        OrganicKind
	Posts       int       // how many; 1 for a mass message
	AccountID   AccountID // who booked it; zero: Siyu itself
	At          Millis    // when it was posted; of a count, when the last of them was
}

// TableName names the table.
func (OrganicPost) TableName() string { return "organic_posts" }

// AddOrganicPost stores an organic post; it reports false if its Idem is known, and then p is the known one.
func (sc *Scope) AddOrganicPost(p *OrganicPost) (bool, error) {
	p.ID, p.CommunityID = newID[OrganicPost](sc.Tx), sc.Community
	return insertOnce(sc.Tx, p, "organic post", func() error {
		var known OrganicPost
		if err := one(sc.rows().Where("idem = ?", p.Idem), &known, "organic post"); err != nil {
			return err
		}
		*p = known
		return nil
	})
}

// OrganicPosts lists the organic posts of some groups since a time, oldest first.
func (sc *Scope) OrganicPosts(groups []GroupID, since Millis) ([]OrganicPost, error) {
	var all []OrganicPost
	err := inBatches(groups, func(some []GroupID) error {
		var part []OrganicPost
		err := list(sc.rows().Where("group_id IN ? AND at > ?", ints(some), int64(since)).Order("at, id"), &part, "organic posts")
		all = append(all, part...)
		return err
	})
	return all, err
}

// HasOrganicPost reports whether an organic post is known by its Idem.
func (sc *Scope) HasOrganicPost(idem string) (bool, error) {
	var n int64
	err := sc.rows().Model(&OrganicPost{}).Where("idem = ?", idem).Count(&n).Error
	return n > 0, translate(err, "look for an organic post")
}
