package models

// PostResult is what became of one sponsored post: how many could see it and how many answered. It names nobody.
type PostResult struct {
	PlacementID PlacementID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	GroupID     GroupID
	BrandID     BrandID
	Category    int64 // a number for the offer's category, equal for equal names; 0: none
	SentAt      Millis
	Reach       int     // members of the group when it was sent
	Weight      float64 // what it added to what the group feels; 1 for the usual post
	Novelty     float64 // how fresh its brand was in the group, 0.5 to 1
	Clicks      int     // people who opened its card
	Claims      int     // people who claimed a voucher from it
}

// TableName names the table.
func (PostResult) TableName() string { return "post_results" }

// PostResults lists the results of some groups' posts since a time.
func (sc *Scope) PostResults(groups []GroupID, since Millis) ([]PostResult, error) {
	var all []PostResult
	err := inBatches(groups, func(some []GroupID) error {
		var part []PostResult
		q := sc.rows().Where("group_id IN ? AND sent_at >= ?", ints(some), int64(since)).Order("sent_at, placement_id")
		err := list(q, &part, "post results")
		all = append(all, part...)
		return err
	})
	return all, err
}

// ReplacePostResults stores the results of some groups' posts since a time in place of those that are there.
func (sc *Scope) ReplacePostResults(groups []GroupID, since Millis, results []PostResult) error {
	err := inBatches(groups, func(some []GroupID) error {
		r := sc.rows().Where("group_id IN ? AND sent_at >= ?", ints(some), int64(since)).Delete(&PostResult{})
		return translate(r.Error, "replace post results")
	})
	if err != nil || len(results) == 0 {
		return err
	}
	for i := range results {
		results[i].CommunityID = sc.Community
	}
	return insertAll(sc.Tx, results, "post results")
}

// ResponseSum is what the posts of one brand and category brought in one group, together.
type ResponseSum struct {
	GroupID  GroupID
	BrandID  BrandID
	Category int64
	Posts    int
	Clicks   float64
	Reached  float64 // members reached, each as much as the brand was fresh
}

// ResponseSums adds up the results of the posts sent in [from, to), leaving out what a group was told to forget.
func (sc *Scope) ResponseSums(from, to Millis) ([]ResponseSum, error) {
	var all []ResponseSum
	q := sc.db.Table("post_results p").
		Select("p.group_id, p.brand_id, p.category, COUNT(*) AS posts, SUM(p.clicks) AS clicks, SUM(p.reach * p.novelty) AS reached").
		Joins("LEFT JOIN learnings l ON l.id = p.group_id").
		Where("p.community_id = ? AND p.sent_at >= ? AND p.sent_at < ? AND p.sent_at >= COALESCE(l.forget_at, 0)",
			int64(sc.Community), int64(from), int64(to)).
		Group("p.group_id, p.brand_id, p.category").Order("p.group_id, p.brand_id, p.category")
	return all, translate(q.Scan(&all).Error, "add up post results")
}

// Responses is how many people answered a post.
type Responses struct{ Clicks, Claims int }

// ResponsesSince counts who opened the card of a placement or claimed from it since a time, each person once.
func (sc *Scope) ResponsesSince(since Millis) (map[PlacementID]Responses, error) {
	var rows []struct {
		PlacementID PlacementID
		Kind        TouchKind
		People      int
	}
	err := sc.rows().Model(&Touch{}).Select("placement_id, kind, COUNT(DISTINCT member_id) AS people").
		Where("kind IN ? AND at >= ? AND placement_id <> 0", []TouchKind{TouchMini, TouchClaim}, int64(since)).
		Group("placement_id, kind").Find(&rows).Error
	found := make(map[PlacementID]Responses, len(rows))
	for _, r := range rows {
		of := found[r.PlacementID]
		if r.Kind == TouchMini {
			of.Clicks = r.People
		} else {
			of.Claims = r.People
		}
		found[r.PlacementID] = of
	}
	return found, translate(err, "count responses")
}

// DeletePostResults removes the results of posts that were sent before a time.
func (sc *Scope) DeletePostResults(before Millis) error {
	return translate(sc.rows().Where("sent_at < ?", int64(before)).Delete(&PostResult{}).Error, "delete post results")
}
