package main

// Config has all settings of this program, from the environment.
type Config struct {
	DatabaseURL          string `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://owner:password@localhost:5432/pgcqrs" desc:"URL of the database, with the login that owns the schema."`
	APIDatabaseURL       string `envconfig:"API_DATABASE_URL" url:"true" desc:"URL with the login of cmd/api, at the same server and database as DATABASE_URL. If set, migrate makes the login, with only the rights that cmd/api needs. A login that migrate itself has made gets this password; any other login keeps its own. If the logins of both programs are set, nobody else may connect to the database. Empty: migrate changes no logins."`
	ProjectorDatabaseURL string `envconfig:"PROJECTOR_DATABASE_URL" url:"true" desc:"The same for the login of cmd/projector."`
	KeyURI               string `envconfig:"KEY_URI" desc:"URI of the key that wraps the keys of personal data, like file:///etc/pgcqrs/key.json. migrate makes it if it is missing, unless the database has keys that another key has wrapped. Empty: migrate makes no key."`
	ServiceDatabaseURL   string `envconfig:"SERVICE_DATABASE_URL" url:"true" desc:"The same for one login that cmd/api and cmd/projector share."`
}
