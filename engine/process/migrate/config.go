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

// Config has the values that the service passes, and the settings from the environment. The comment
// of a setting names its environment variable in capitals.
type Config struct {
	Service string       // name of the service, for application_name
	Decode  event.Decode // decodes the service's events
	Erasing []string     // event types that erase a person
	Up      Up           // applies the missing migrations

	DatabaseURL          string // DATABASE_URL: URL of the schema's owner
	APIDatabaseURL       string // API_DATABASE_URL: URL with the API's login to create; "": none
	ProjectorDatabaseURL string // PROJECTOR_DATABASE_URL: URL that the projector uses
	WorkerDatabaseURL    string // WORKER_DATABASE_URL: URL that the projector's workflows use
	ServiceDatabaseURL   string // SERVICE_DATABASE_URL: one URL for everything
	KeyURI               string // KEY_URI: key that wraps the keys of personal data; "": no key is created
}

// Up applies the missing migrations, and adds them to the report.
type Up func(ctx context.Context, pool *pgxpool.Pool, said *report.Report) error

// JSONFlag defines the flag that prints the report as JSON.
func JSONFlag(flags *flag.FlagSet) *bool { return flags.Bool("json", false, "as JSON") }

// arguments has the parsed command line.
type arguments struct {
	verb string   // "": apply migrations
	same bool     // true: equal subjects of the new and of a known issuer are the same person; false: they are not
	args []string // arguments after the flags
}

// logins returns the database logins to create.
func (c Config) logins() []logins.Login {
	return slices.DeleteFunc([]logins.Login{
		{Program: role.API, Variable: "API_DATABASE_URL", URL: c.APIDatabaseURL},
		{Program: role.Projector, Variable: "PROJECTOR_DATABASE_URL", URL: c.ProjectorDatabaseURL},
		{Program: role.Worker, Variable: "WORKER_DATABASE_URL", URL: c.WorkerDatabaseURL},
		{Program: role.Service, Variable: "SERVICE_DATABASE_URL", URL: c.ServiceDatabaseURL},
	}, func(login logins.Login) bool { return login.URL == "" })
}
