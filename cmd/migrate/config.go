package main

// Config is everything that can be set, from the environment.
type Config struct {
	DatabaseURL          string `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://owner:password@localhost:5432/pgcqrs" desc:"The schema owner's connection."`
	APIDatabaseURL       string `envconfig:"API_DATABASE_URL" url:"true" desc:"The login of cmd/api, at the server and the database of DATABASE_URL. When set, it is made with the least rights that cmd/api needs; a login that migrate has made gets this password, any other keeps its own. With the logins of both programs set, nobody else may connect to the database. Empty: logins are left alone."`
	ProjectorDatabaseURL string `envconfig:"PROJECTOR_DATABASE_URL" url:"true" desc:"The same for cmd/projector."`
	KeyURI               string `envconfig:"KEY_URI" desc:"The key that wraps the keys of personal data, like file:///etc/pgcqrs/key.json. It is made if it is not there, unless the database has keys that another has wrapped. Empty: no key is made."`
	ServiceDatabaseURL   string `envconfig:"SERVICE_DATABASE_URL" url:"true" desc:"The same for one login that both share."`
}
