package main

import (
	"context"
	"fmt"

	"siyu/models"
)

// adminReviveCmd gives the dead letters of the first community back to whoever serves it.
type adminReviveCmd struct{ configFlag }

// Run replays all dead pushes and revives all dead jobs, and prints how many there were.
func (a *adminReviveCmd) Run(ctx context.Context, c console) error {
	var community models.CommunityID
	err := a.withCommunity(ctx, c, func(_ *models.Scope, own models.Community) error {
		community = own.ID
		return nil
	})
	if err != nil {
		return err
	}
	cfg, log, err := a.load(c.err)
	if err != nil {
		return err
	}
	server, closeAll, err := wire(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer closeAll()
	pushes, err := server.Bot.ReplayDead(ctx, community, 0)
	if err != nil {
		return err
	}
	jobs, err := server.Bot.ReviveJobs(ctx, community, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "revived   %d pushes, %d jobs   (siyu serve works on them)\n", pushes, jobs)
	return err
}
