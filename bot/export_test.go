package bot

import (
	"context"

	"siyu/models"
)

// PlanAndHand does what the jobs of one process do for the runs of a community at one moment.
func (b *Bot) PlanAndHand(ctx context.Context, community models.CommunityID) error {
	for _, p := range must(b.store.Read(ctx).ScheduledPieces()) {
		if err := b.store.Tx(ctx, func(tx *models.Tx) error { return b.planPiece(tx.In(p.CommunityID), p) }); err != nil {
			return err
		}
	}
	return b.handRuns(ctx, HandRuns{Community: community})
}

// Remarks is what conduct finds in some texts.
func Remarks(texts ...string) []Remark { return newConduct().remarks(texts...) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
