// Command reviewsync moves the cards of Phabricator and Phorge workboards as people vote in Gerrit.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // for machines without; it adds 400 KiB

	"github.com/alecthomas/kong"
	"github.com/mattn/go-isatty"
	"github.com/rs/zerolog"
)

// memory is how much the collector of garbage lets us take before it works harder. What we
// need is a small part of it; answers that are refused for their size come and go.
const memory = 192 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memory)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A service that has not read its configuration yet must not end because it is to read it again.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// commandLine is what can be said on the command line.
type commandLine struct {
	LogLevel string      `help:"Say no less than this: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
	Version  versionFlag `help:"Print which version this is, and end."`

	Run     runCommand     `cmd:"" help:"Run the service: watch Gerrit and move cards, until SIGTERM."`
	Sync    syncCommand    `cmd:"" help:"Compare everything once, move what has to move, and end."`
	Check   checkCommand   `cmd:"" help:"Say line by line whether all that the config names is there and usable."`
	Explain explainCommand `cmd:"" help:"Say why the cards of a task stand where they stand, and what would move them."`
	History historyCommand `cmd:"" help:"Show what the service did and why, and what became of the cards."`
	Poke    pokeCommand    `cmd:"" help:"Have the running service look at tasks or changes now."`
	Pause   pauseCommand   `cmd:"" help:"Write nothing for a while, to a board or at all. What is to be done is still looked at and decided."`
	Resume  resumeCommand  `cmd:"" help:"End a pause. What it has stopped is decided anew."`
	Release releaseCommand `cmd:"" help:"Make at once the edits that wait for a budget of pace."`
	Drop    dropCommand    `cmd:"" help:"Give up the edits that wait for a budget and come from a change."`
	Align   alignCommand   `cmd:"" help:"Show what a board would look like if all facts counted; with --yes make it so."`
	Duty    dutyCommand    `cmd:"" help:"Show who is on duty when, by the rotation."`
	Demo    demoCommand    `cmd:"" help:"Play a week of reviews on servers inside this process. Needs no config."`
}

// output is where a command writes: results for people or pipes, and its log.
type output struct {
	out io.Writer
	log zerolog.Logger
}

// errFound is a command that did its work and has bad news, which it has already printed.
var errFound = errors.New("not everything is well")

// run is main without the process: it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cli commandLine
	ended := -1
	parser, err := kong.New(&cli,
		kong.Name("reviewsync"),
		kong.Description("Reviewers vote in Gerrit; the cards on Phabricator and Phorge workboards move by themselves."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(status int) { ended = status }),
	)
	if err != nil {
		fmt.Fprintln(stderr, "reviewsync:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if ended >= 0 { // --help
		return ended
	}
	if err != nil {
		mistyped(stderr, parser, err)
		return 2
	}
	if command.Command() != "run" { // the others have nothing to read again
		signal.Reset(syscall.SIGHUP)
	}
	command.BindTo(ctx, (*context.Context)(nil))
	err = command.Run(output{out: stdout, log: newLog(stderr, cli.LogLevel)})
	switch {
	case err == nil:
		return 0
	case !errors.Is(err, errFound):
		fmt.Fprintln(stderr, "reviewsync:", err)
	}
	return 1
}

// newLog writes for people on a terminal, JSON otherwise.
func newLog(w io.Writer, level string) zerolog.Logger {
	if f, ok := w.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: "15:04:05"}
	}
	l, err := zerolog.ParseLevel(level)
	if err != nil {
		l = zerolog.InfoLevel
	}
	return zerolog.New(w).Level(l).With().Timestamp().Logger()
}
