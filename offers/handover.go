package offers

import "siyu/models"

// Handover is the job that gives a reserved placement to its group's owner. It is written in the transaction that
// reserves; the bot does the work.
type Handover struct {
	Community models.CommunityID `json:"community"`
	Placement models.PlacementID `json:"placement"`
}

// Kind names the job.
func (Handover) Kind() string { return "placement.handover" }
