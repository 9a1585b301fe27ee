package migrate

import (
	"slices"

	"context"
	"flag"

	"example.com/pgcqrs/engine/pg/logins"
	"example.com/pgcqrs/engine/pg/role"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/process/migrate/report"
)

// Config has what the service passes, and the settings from the environment. The comments name
// their variables in capitals, as errors do.
type Config struct {
	Service string       // its name, of sessions
	Decode  event.Decode // of the service's events
	Erasing []string     // types of events that erase a person
	Up      Up           // brings the schema up

	DatabaseURL          string // DATABASE_URL, of the schema's owner
	APIDatabaseURL       string // API_DATABASE_URL: a login to make; "": none
	ProjectorDatabaseURL string // PROJECTOR_DATABASE_URL, the same
	ServiceDatabaseURL   string // SERVICE_DATABASE_URL, the same, for both programs
	KeyURI               string // KEY_URI: the key that wraps those of personal data; "": none is made
}

// Up applies the missing migrations, and reports them.
type Up func(ctx context.Context, pool *pgxpool.Pool, said *report.Report) error

// JSONFlag defines the flag that prints the report as JSON.
func JSONFlag(flags *flag.FlagSet) *bool { return flags.Bool("json", false, "as JSON") }

// arguments are the parsed command line.
type arguments struct {
	verb string   // "": migrate
	same bool     // the issuer has the same people; else others
	args []string // after the flags
}

// logins returns the logins to make.
func (c Config) logins() []logins.Login {
	return slices.DeleteFunc([]logins.Login{
		{Program: role.API, Variable: "API_DATABASE_URL", URL: c.APIDatabaseURL},
		{Program: role.Projector, Variable: "PROJECTOR_DATABASE_URL", URL: c.ProjectorDatabaseURL},
		{Program: role.Service, Variable: "SERVICE_DATABASE_URL", URL: c.ServiceDatabaseURL},
	}, func(login logins.Login) bool { return login.URL == "" })
}
