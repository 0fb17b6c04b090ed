package main

import (
	"context"
	"fmt"
	"time"

	"siyu/models"
)

// migrateCmd brings the schema up to date.
type migrateCmd struct {
	Up     migrateUpCmd     `cmd:"" help:"Apply every pending step."`
	Status migrateStatusCmd `cmd:"" help:"List the steps."`
	Down   migrateDownCmd   `cmd:"" help:"Take the newest step back. This deletes data."`
}

type migrateUpCmd struct{ configFlag }

type migrateStatusCmd struct{ configFlag }

type migrateDownCmd struct {
	configFlag
	Yes bool `help:"Really delete what the step added."`
}

func (f configFlag) withStore(ctx context.Context, c console, fn func(*models.Store) error) error {
	cfg, log, err := f.load(c.err)
	if err != nil {
		return err
	}
	if err := cfg.Require("secret_key"); err != nil {
		return speak(err)
	}
	store, err := models.Open(ctx, models.Options{DSN: cfg.DB.Reveal(), Secret: cfg.Key(), Logger: log})
	if err != nil {
		return err
	}
	err = fn(store)
	if e := store.Close(); err == nil {
		err = e
	}
	return err
}

// Run applies every pending step.
func (m *migrateUpCmd) Run(ctx context.Context, c console) error {
	return m.withStore(ctx, c, func(s *models.Store) error {
		applied, err := s.Migrate(ctx)
		if err != nil {
			return err
		}
		for _, step := range applied {
			_, _ = fmt.Fprintf(c.out, "applied %s\n", step.Name)
		}
		_, _ = fmt.Fprintf(c.out, "%d applied, the database is up to date\n", len(applied))
		return nil
	})
}

// Run lists the steps.
func (m *migrateStatusCmd) Run(ctx context.Context, c console) error {
	return m.withStore(ctx, c, func(s *models.Store) error {
		all, err := s.Migrations(ctx)
		for _, step := range all {
			at := "pending"
			if !step.AppliedAt.IsZero() {
				at = step.AppliedAt.UTC().Format(time.RFC3339)
			}
			_, _ = fmt.Fprintf(c.out, "%-20s %s\n", at, step.Name)
		}
		return err
	})
}

// Run takes the newest step back.
func (m *migrateDownCmd) Run(ctx context.Context, c console) error {
	if !m.Yes {
		return fmt.Errorf("this deletes the data of the newest step; make a backup, then run it again with --yes")
	}
	return m.withStore(ctx, c, func(s *models.Store) error {
		if err := s.MigrateDown(ctx); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(c.out, "the newest step is taken back")
		return nil
	})
}
