package console

import (
	"log/slog"

	"example.com/pgcqrs/engine/console/act"
	"example.com/pgcqrs/engine/console/cause"
	"example.com/pgcqrs/engine/console/history"
	"example.com/pgcqrs/engine/console/login"
	"example.com/pgcqrs/engine/console/overview"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/snapshots"
	"example.com/pgcqrs/engine/workflow/control"
)

// Config has what the console shows, and how operators log in.
type Config struct {
	Service     string
	Log         *eventlog.Store
	Decode      event.Decode
	Aggregates  []snapshots.Aggregate
	Projections *projection.Set
	Workflows   *control.Control
	Dead        *dead.Messages
	TraceURL    string   // URL of a trace, with {trace} in the place of its id; "": traces have no link
	Hosts       []string // further host names of the console, in lower case
	Login       *login.Login
	Logger      *slog.Logger
}

// Console serves the pages.
type Console struct {
	config   Config
	overview overview.Reader
	history  history.Reader
	cause    cause.Reader
	acts     *act.Acts
}
