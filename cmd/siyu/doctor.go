package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"siyu/cmd/siyu/doctor"
	"siyu/config"
	"siyu/models"
)

// doctorCmd examines an installation.
type doctorCmd struct {
	configFlag
	JSON    bool `name:"json" help:"One JSON object per finding and line, for scripts."`
	Offline bool `help:"Ask nothing outside this machine."`
	Books   bool `name:"reconcile" help:"Prove instead that stocks, vouchers, charges, points and statements add up; each row that does not is named."`
	Strict  bool `help:"Warnings fail as well."`
}

// Help says what the exit code means.
func (d *doctorCmd) Help() string {
	return "Ends with 0 if nothing fails, with 1 if something does (with --strict: or warns). It changes nothing, and may run beside the server."
}

// Run prints each finding as it is made, and fails if one of them does.
func (d *doctorCmd) Run(ctx context.Context, c console) error {
	lang := terminalLanguage()
	cfg, log, err := d.load(c.err)
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
	tell := d.printer(c, lang)
	all := doctor.Examine(ctx, doctor.Options{Config: cfg, Store: store, Logger: log, Offline: d.Offline, Books: d.Books, Tell: tell})
	return errors.Join(d.verdict(c, lang, all), store.Close())
}

func (d *doctorCmd) printer(c console, lang string) func(doctor.Finding) {
	if d.JSON {
		enc := json.NewEncoder(c.out)
		enc.SetEscapeHTML(false)
		return func(f doctor.Finding) {
			line := map[string]any{"check": f.Check, "about": f.About, "level": f.Level, "what": f.What.In(lang), "remedy": f.Remedy.In(lang)}
			if f.Data != nil {
				line["data"] = f.Data
			}
			_ = enc.Encode(line)
		}
	}
	return func(f doctor.Finding) {
		about := f.Check
		if f.About != "" {
			about += " (" + f.About + ")"
		}
		_, _ = fmt.Fprintf(c.out, "%-5s %s: %s\n", f.Level, about, f.What.In(lang))
		if remedy := f.Remedy.In(lang); remedy != "" {
			_, _ = fmt.Fprintf(c.out, "      → %s\n", remedy)
		}
	}
}

func (d *doctorCmd) verdict(c console, lang string, all []doctor.Finding) error {
	count := map[doctor.Level]int{}
	for _, f := range all {
		count[f.Level]++
	}
	sum := config.Text{En: fmt.Sprintf("%d ok, %d warnings, %d failed", count[doctor.Good], count[doctor.Warn], count[doctor.Bad]),
		Zh: fmt.Sprintf("正常 %d 项，警告 %d 项，失败 %d 项", count[doctor.Good], count[doctor.Warn], count[doctor.Bad])}.In(lang)
	if count[doctor.Bad] > 0 || d.Strict && count[doctor.Warn] > 0 {
		return errors.New(sum)
	}
	if !d.JSON {
		_, _ = fmt.Fprintln(c.out, strings.TrimSpace(sum))
	}
	return nil
}
