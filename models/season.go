package models

// GroupSpan is what happened in one group in a stretch of time.
type GroupSpan struct {
	GroupID     GroupID
	Span        int64 // milliseconds that its members were in it, added up; the corp's own people are left out
	Leaves      int   // members who left by themselves
	Posts       int   // sponsored posts that were in it
	Claims      int   // vouchers claimed from it
	Redemptions int   // vouchers claimed from it and written off in that time
}

// Spans adds up what happened in [from, to) in the groups of which WeCom tells who comes and goes, in the order of their ids.
// A group without anything is left out.
func (sc *Scope) Spans(from, to Millis) ([]GroupSpan, error) {
	counted := sc.db.Model(&Group{}).Select("id").Where("community_id = ? AND kind = ?", int64(sc.Community), WeComGroup)
	stays := sc.rows().Model(&GroupMember{}).Where("group_id IN (?)", counted).
		Select("group_id, SUM(CASE WHEN left_at = 0 OR left_at > ? THEN ? ELSE left_at END - CASE WHEN joined_at < ? THEN ? ELSE joined_at END) AS span, "+
			"SUM(CASE WHEN left_at > 0 AND left_at < ? AND removed = ? THEN 1 ELSE 0 END) AS leaves",
			int64(to), int64(to), int64(from), int64(from), int64(to), false).
		Where("staff = ? AND joined_at < ? AND (left_at = 0 OR left_at >= ?)", false, int64(to), int64(from)).
		Group("group_id").Order("group_id")
	var all []GroupSpan
	if err := stays.Scan(&all).Error; err != nil {
		return nil, translate(err, "add up stays")
	}
	at := make(map[GroupID]*GroupSpan, len(all))
	for i := range all {
		at[all[i].GroupID] = &all[i]
	}
	for _, count := range []struct {
		what  string
		query string
		into  func(*GroupSpan) *int
	}{
		{"posts", "SELECT group_id, COUNT(*) AS n FROM placements WHERE community_id = ? AND state IN ('confirmed', 'late') AND sent_at >= ? AND sent_at < ? GROUP BY group_id",
			func(s *GroupSpan) *int { return &s.Posts }},
		{"claims", "SELECT group_id, COUNT(*) AS n FROM vouchers WHERE community_id = ? AND issued_at >= ? AND issued_at < ? GROUP BY group_id",
			func(s *GroupSpan) *int { return &s.Claims }},
		{"redemptions", "SELECT v.group_id, COUNT(*) AS n FROM redemptions r JOIN vouchers v ON v.id = r.voucher_id " +
			"WHERE r.community_id = ? AND r.at >= ? AND r.at < ? AND r.reversed_at = 0 GROUP BY v.group_id",
			func(s *GroupSpan) *int { return &s.Redemptions }},
	} {
		var rows []struct {
			GroupID GroupID
			N       int
		}
		if err := sc.db.Raw(count.query, int64(sc.Community), int64(from), int64(to)).Scan(&rows).Error; err != nil {
			return nil, translate(err, "count "+count.what)
		}
		for _, r := range rows {
			if s := at[r.GroupID]; s != nil {
				*count.into(s) = r.N
			}
		}
	}
	return all, nil
}
