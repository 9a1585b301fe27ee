package verb

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/workflow/control"
)

// Action executes a subcommand. The parameter args has the arguments after the subcommand's flags.
type Action func(ctx context.Context, on Operated, args []string, out io.Writer) error

// JSONFlag defines the flag -json.
func JSONFlag(flags *flag.FlagSet) *bool { return flags.Bool("json", false, "as JSON") }

// YesFlag defines the flag -yes.
func YesFlag(flags *flag.FlagSet) *bool { return flags.Bool("yes", false, "do not ask") }

// Confirm asks the operator a question, and reports whether the answer is yes. The question goes to
// standard error, so that standard output has only the result. A missing answer counts as no.
func Confirm(format string, args ...any) bool {
	fmt.Fprintf(os.Stderr, format+" [y/N] ", args...)
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	return strings.EqualFold(strings.TrimSpace(answer), "y")
}

// NoteFlag defines the flag -note.
func NoteFlag(flags *flag.FlagSet) *string {
	return flags.String("note", "", "`why`, for a later reader")
}

// CheckStream returns an error if text is not a valid stream id.
func CheckStream(text string) error {
	if _, err := uuid.Parse(text); err != nil {
		return fmt.Errorf("stream %q is no UUID", text)
	}
	return nil
}

// Operated has the databases, projections and workflows that the subcommands act on.
type Operated struct {
	Projections *projection.Set
	Dead        *dead.Messages
	Workflows   *control.Control
	Chained     Chained
	Console     Console
}

// Operator returns the name of the operating system user who runs the program.
func Operator() string {
	name, host := "somebody", "somewhere"
	if who, err := user.Current(); err == nil {
		name = who.Username
	}
	if where, err := os.Hostname(); err == nil {
		host = where
	}
	return name + "@" + host
}

// Chained has what the subcommands for the chain need: the log, the chain, and the keys from
// CHAIN_KEY and CHAIN_PUBLIC_KEY.
type Chained struct {
	Service        string // name of the service, which is part of the chain
	Pool           *pgxpool.Pool
	Store          *eventlog.Store
	Key, PublicKey string
	Late           time.Duration // age from which on an event without a link counts as a difference
}

// Console has what only the subcommand serve needs.
type Console struct {
	Aggregates []snapshots.Aggregate // aggregates whose states the console shows
	Decode     event.Decode
	TraceURL   string // TRACE_LINK: URL of a trace, with {trace} in the place of its id; "": traces have no link
	Logger     *slog.Logger
}
