package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"siyu/throttle/whatif"
)

// whatifCmd tries policies on simulated communities.
type whatifCmd struct {
	Worlds  string   `help:"Directory of worlds to run, one .yaml file each; docs/whatif.md tells how they are written. Without it: those that come with Siyu." placeholder:"DIR"`
	Seeds   int      `help:"Draws of each world; the more, the surer. Without it: as each world says, usually 10." placeholder:"N"`
	Days    int      `help:"Days of each world, instead of what it says." placeholder:"N"`
	Only    []string `help:"Only the world of this name; may be said several times." placeholder:"NAME"`
	JSON    bool     `name:"json" help:"End with all numbers as one JSON object on standard output."`
	Picture string   `help:"Draw sponsor value against members lost, one panel a world." placeholder:"FILE.svg"`
	Sample  bool     `help:"Print a world with every parameter, its default and what it means, and run nothing."`
}

// Run reads the worlds, runs every policy on every seed of them, and says what came of it.
func (w *whatifCmd) Run(ctx context.Context, c console) error {
	if w.Sample {
		_, err := fmt.Fprint(c.out, whatif.Sample())
		return err
	}
	if w.Seeds < 0 || w.Seeds > 1000 || w.Days < 0 || w.Days > 1500 {
		return fmt.Errorf("whatif takes 1 to 1000 seeds and 1 to 1500 days")
	}
	worlds, err := w.read()
	if err != nil {
		return err
	}
	bar := newWhatifBar(c.err, terminalLanguage())
	report, err := whatif.Compare(ctx, whatif.Options{Worlds: worlds, Seeds: w.Seeds, Days: w.Days, Progress: bar.step})
	bar.end()
	if err != nil {
		return err
	}
	if w.Picture != "" {
		if err := os.WriteFile(w.Picture, whatif.Picture(report, terminalLanguage()), 0o600); err != nil {
			return fmt.Errorf("write the picture: %w", err)
		}
	}
	if w.JSON {
		return json.NewEncoder(c.out).Encode(report)
	}
	_, err = fmt.Fprint(c.out, whatifTable(report, terminalLanguage()))
	return err
}

func (w *whatifCmd) read() ([]whatif.World, error) {
	worlds, err := whatif.Worlds()
	if w.Worlds != "" {
		worlds, err = whatif.ReadWorlds(os.DirFS(w.Worlds))
	}
	if err != nil {
		return nil, fmt.Errorf("read the worlds: %w", err)
	}
	if len(w.Only) > 0 {
		return whatif.Named(worlds, w.Only)
	}
	return worlds, nil
}
