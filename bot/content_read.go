package bot

import (
	"strings"

	"siyu/models"
)

// readRuns adds the pieces of some groups.
func readRuns(sc *models.Scope, at map[models.GroupID]*GroupContent, groups []models.GroupID, span ContentSpan) error {
	runs, err := sc.RunsWithin(groups, span.From, span.To)
	if err != nil {
		return err
	}
	ids := make([]models.PieceID, len(runs))
	for i, r := range runs {
		ids[i] = r.PieceID
	}
	pieces, err := sc.PiecesByID(distinct(ids))
	if err != nil {
		return err
	}
	for _, r := range runs {
		i := ContentItem{Kind: ContentValue, At: r.FromAt, Until: r.UntilAt, State: string(r.State), Title: pieces[r.PieceID].Title,
			Reason: r.Reason, Posts: 1, PieceID: r.PieceID, RunID: r.ID, Due: r.DueAt}
		if r.State == models.RunPosted {
			i.At, i.Until = r.PostedAt, 0
		}
		at[r.GroupID].Items = append(at[r.GroupID].Items, i)
	}
	return nil
}

// readAhead adds the times of scheduled pieces that are too far ahead for their runs to be made.
func readAhead(sc *models.Scope, at map[models.GroupID]*GroupContent, _ []models.GroupID, span ContentSpan) error {
	pieces, err := sc.Pieces(models.PieceScheduled, 0, maxAhead)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		made := p.PlannedAt.Add(planAhead)
		if made >= span.To {
			continue
		}
		schedule, err := p.Schedule()
		if err != nil || schedule == nil {
			return err
		}
		audience, err := p.Audience()
		if err != nil {
			return err
		}
		times := newTimes(*schedule, p.Zone, max(made, span.From-1), span.To-1)
		for _, c := range at {
			if !audience.Has(c.Group) {
				continue
			}
			due, err := times.in(c.Group.Zone)
			if err != nil {
				return err
			}
			for _, t := range due {
				c.Items = append(c.Items, ContentItem{Kind: ContentValue, At: t, Until: t + models.Millis(p.WindowFor),
					State: string(models.RunPlanned), Title: p.Title, Posts: 1, PieceID: p.ID, Due: t})
			}
		}
	}
	return nil
}

// maxAhead bounds the scheduled pieces whose times far ahead are shown.
const maxAhead = 500

// readSponsored adds the placements of some groups.
func (b *Bot) readSponsored(sc *models.Scope, at map[models.GroupID]*GroupContent, groups []models.GroupID, span ContentSpan) error {
	all, err := sc.PlacementsWithin(groups, span.From, span.To)
	if err != nil {
		return err
	}
	posts, err := withWords(sc, all)
	if err != nil {
		return err
	}
	for _, p := range posts {
		i := ContentItem{Kind: ContentSponsored, At: p.S, Until: p.E, State: string(p.State), Title: p.OfferTitle, BrandName: p.BrandName,
			Reason: p.Reason, Posts: 1, Placement: p.ID}
		switch p.State {
		case models.PlacementConfirmed, models.PlacementLate:
			i.At, i.Until = p.SentAt, 0
		case models.PlacementPlanned, models.PlacementHeld:
			i.At, i.Until, i.NextAt = p.NextAt, p.NextAt, p.NextAt
		case models.PlacementReserved, models.PlacementTasked, models.PlacementReleased, models.PlacementLapsed:
		}
		at[p.GroupID].Items = append(at[p.GroupID].Items, i)
	}
	return nil
}

// readOrganic adds what people posted by hand and talked.
func readOrganic(sc *models.Scope, at map[models.GroupID]*GroupContent, groups []models.GroupID, span ContentSpan) error {
	posts, err := sc.OrganicPosts(groups, span.From-1)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if p.At >= span.To || strings.HasPrefix(p.Idem, runPrefix) { // a run is shown as such
			continue
		}
		kind := ContentOrganic
		if p.Kind == models.OrganicChat {
			kind = ContentChat
		}
		at[p.GroupID].Items = append(at[p.GroupID].Items, ContentItem{Kind: kind, At: p.At, State: "posted", Posts: p.Posts})
	}
	return nil
}
