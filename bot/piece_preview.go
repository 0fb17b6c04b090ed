package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"siyu/models"
)

// previewTimes is how many times of a schedule are shown.
const previewTimes = 10

// ZoneTimes are the next times of a schedule for the groups of one zone.
type ZoneTimes struct {
	Zone   string
	Groups int
	Times  []PreviewTime
}

// PreviewTime is one time of a schedule.
type PreviewTime struct {
	At      models.Millis
	Local   string        // what the clock shows, such as 2026-05-04T19:30
	FromAt  models.Millis // when the earliest of the groups may get it
	Shifted int           // how many groups get it later because of their quiet hours
}

// PieceTimes shows the next times of what an organiser is about to save, zone by zone.
func (b *Bot) PieceTimes(ctx context.Context, community models.CommunityID, d PieceDraft) ([]ZoneTimes, error) {
	if d.Schedule == nil {
		return nil, models.Errorf(models.Invalid, "piece_unscheduled", "the piece has no schedule").With("field", "schedule")
	}
	d.Title, d.Text, d.Attachment, d.PictureID = "-", "-", nil, 0
	if err := CheckPiece(d, b.pieces); err != nil {
		return nil, err
	}
	if d.Window == 0 {
		d.Window = b.pieces.Window
	}
	sc := b.store.Read(ctx).In(community)
	var p models.Piece
	if err := d.plan(&p); err != nil {
		return nil, err
	}
	groups, err := pieceGroups(sc, p)
	if err != nil {
		return nil, err
	}
	quiet, err := b.ledger.QuietOf(sc, groups)
	if err != nil {
		return nil, err
	}
	in := map[string][]models.Group{}
	for _, g := range groups {
		zone := d.Zone
		if zone == "" {
			zone = g.Zone
		}
		in[zone] = append(in[zone], g)
	}
	zones := []ZoneTimes{}
	for zone, groups := range in {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			return nil, err
		}
		z := ZoneTimes{Zone: zone, Groups: len(groups), Times: []PreviewTime{}}
		for _, at := range NextTimes(*d.Schedule, loc, sc.Now, previewTimes) {
			t := PreviewTime{At: at, Local: at.Time().In(loc).Format("2006-01-02T15:04")}
			for _, g := range groups {
				from, _, why := runWindow(at, d.Window, d.Exact, quiet[g.ID])
				if why != "" {
					t.Shifted++
				}
				if t.FromAt == 0 || from < t.FromAt {
					t.FromAt = from
				}
			}
			z.Times = append(z.Times, t)
		}
		zones = append(zones, z)
	}
	slices.SortFunc(zones, func(a, b ZoneTimes) int {
		if a.Groups != b.Groups {
			return b.Groups - a.Groups
		}
		return strings.Compare(a.Zone, b.Zone)
	})
	return zones, nil
}
