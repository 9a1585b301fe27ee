package main

import (
	"time"

	"example.com/pgcqrs/engine/process"
)

// Config is everything that can be set, from the environment.
type Config struct {
	DatabaseURL    string        `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://user:password@localhost:5432/pgcqrs" desc:"The database with the log and the read tables: the primary, with the projector's login. ops projections rebuild needs that of the tables' owner, the one of cmd/migrate."`
	ChainKey       string        `envconfig:"CHAIN_KEY" desc:"Ed25519 private key in PEM that ops chain head signs with, as openssl genpkey -algorithm ed25519 makes one. Nothing else needs it."`
	ChainPublicKey string        `envconfig:"CHAIN_PUBLIC_KEY" desc:"Public half of CHAIN_KEY in PEM, as openssl pkey -pubout prints it: ops chain verify -head and ops chain head -since check heads by it. Empty: that of CHAIN_KEY."`
	ChainInterval  time.Duration `envconfig:"CHAIN_INTERVAL" default:"1s" min:"0s" desc:"The projector's: an event that is older than two of them, and than a minute, and that no link covers, is a finding of ops chain verify."`
	process.Log
}
