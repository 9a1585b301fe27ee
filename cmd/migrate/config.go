package main

// Config has all settings of this program, from the environment.
type Config struct {
	DatabaseURL          string `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://owner:password@localhost:5432/pgcqrs" desc:"URL of the database, with the login that owns the schema."`
	APIDatabaseURL       string `envconfig:"API_DATABASE_URL" url:"true" desc:"URL with the login of cmd/api, at the same server and database as DATABASE_URL. If this variable is set, migrate creates the login, with only the rights that cmd/api needs. If migrate has created the login, it sets the login's password to the one in this URL; it does not change the password of any other login. If this URL and PROJECTOR_DATABASE_URL are set, only the owner and the logins of the service's programs may connect to the database. Empty: migrate changes no logins."`
	ProjectorDatabaseURL string `envconfig:"PROJECTOR_DATABASE_URL" url:"true" desc:"The same as API_DATABASE_URL, for the login of cmd/projector."`
	WorkerDatabaseURL    string `envconfig:"WORKER_DATABASE_URL" url:"true" desc:"The same as API_DATABASE_URL, for the login with which cmd/projector runs the commands of workflows."`
	KeyURI               string `envconfig:"KEY_URI" desc:"URI of the key that encrypts (wraps) the keys of persons, like file:///etc/pgcqrs/key.json. If the key file is missing, migrate creates it, but refuses to do so if the database has keys that are encrypted by another key. Empty: migrate creates no key."`
	ServiceDatabaseURL   string `envconfig:"SERVICE_DATABASE_URL" url:"true" desc:"The same as API_DATABASE_URL, for one login that cmd/api and cmd/projector share, also for workflows."`
}
