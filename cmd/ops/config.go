package main

import (
	"time"

	"example.com/pgcqrs/engine/process"
)

// Config has all settings of this program, from the environment.
type Config struct {
	DatabaseURL    string        `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://user:password@localhost:5432/pgcqrs" desc:"URL of the database with the log and the read tables: the primary, with the projector's login. The command ops projections rebuild needs another login: the one that owns the tables, which cmd/migrate also uses."`
	ChainKey       string        `envconfig:"CHAIN_KEY" desc:"Ed25519 private key in PEM. Only the command 'ops chain head' needs this key, and signs the head of the chain with it. The command 'openssl genpkey -algorithm ed25519' makes such a key."`
	ChainPublicKey string        `envconfig:"CHAIN_PUBLIC_KEY" desc:"Public key of CHAIN_KEY in PEM, as openssl pkey -pubout prints it. The commands ops chain verify -head and ops chain head -since check heads with this key. Empty: it is derived from CHAIN_KEY."`
	ChainInterval  time.Duration `envconfig:"CHAIN_INTERVAL" default:"1s" min:"0s" desc:"The same value as CHAIN_INTERVAL of the projector. If no link covers an event that is older than twice this time and older than a minute, the command ops chain verify reports the event."`
	TraceURL       string        `envconfig:"TRACE_LINK" example:"https://traces.example.com/trace/{trace}" desc:"URL of a trace in the program that shows traces, with {trace} in the place of the trace's id. The pages of 'ops serve' link to it. Empty: they show only the id."`
	process.Log
}
