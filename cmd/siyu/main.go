// Command siyu is the whole of Siyu in one program.
//
// Each subcommand is a struct with a Run method in a file of its own. This package starts things, prints and exits;
// what it starts lives in the other rooms.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // a group's zone must be known on a machine without zone files

	"github.com/alecthomas/kong"

	"siyu/models"
)

// cli is the command line.
type cli struct {
	Demo     demoCmd     `cmd:"" help:"Run a simulated community for four weeks, then serve it. No account needed."`
	Serve    serveCmd    `cmd:"" help:"Serve webhooks, APIs and the console, and work on jobs."`
	Worker   workerCmd   `cmd:"" help:"Work on jobs only; start as many as you like beside serve (MySQL)."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database up to date, or look where it stands."`
	Simulate simulateCmd `cmd:"" help:"Run a WeChat on this machine, alone."`
	Whatif   whatifCmd   `cmd:"" help:"Try policies of sponsored posting on simulated communities."`
	Admin    adminCmd    `cmd:"" help:"Create a community and the accounts that sign in."`
	Doctor   doctorCmd   `cmd:"" help:"Examine this installation; each line that is not ok says what to do."`
	Sample   sampleCmd   `cmd:"" name:"config-sample" help:"Print a commented configuration file."`
}

// console is where a command writes: what it is asked for to out, all else to err.
type console struct {
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], console{out: os.Stdout, err: os.Stderr}))
}

// run is the program without the process: tests call it too.
func run(ctx context.Context, args []string, c console) int {
	var commands cli
	parser, err := kong.New(&commands, kong.Name("siyu"), kong.Writers(c.out, c.err),
		kong.Description("Siyu (私域): a self-hosted backend for WeChat private-domain communities."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(c))
	if err != nil {
		return fail(c, err)
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return fail(c, fmt.Errorf("%w (%s --help tells what there is)", err, named(err)))
	}
	if err := chosen.Run(); err != nil {
		return fail(c, err)
	}
	return 0
}

// named is the command that a line which cannot be read was meant for.
func named(err error) string {
	name := "siyu"
	if e, ok := errors.AsType[*kong.ParseError](err); ok && e.Context.Command() != "" {
		name += " " + e.Context.Command()
	}
	return name
}

func fail(c console, err error) int {
	if errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintln(c.err, "siyu: stopped")
		return 130
	}
	if e, ok := errors.AsType[*models.Error](err); ok && e.Kind == models.Conflict { // its text says all that helps
		err = errors.New(e.Text)
	}
	_, _ = fmt.Fprintln(c.err, "siyu: "+strings.TrimSpace(err.Error()))
	return 1
}
