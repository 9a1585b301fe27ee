// Command api is an HTTP API for the test domain, tanks of water. Only the tests in
// engine/test/edge use command api. Command api uses the process and the HTTP middleware of the
// engine. Every authenticated subject may use every tank. Unlike a real service, command api does
// not check who owns a tank.
package main

import (
	"context"
	"time"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/api"
	"example.com/pgcqrs/engine/process/door"
	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/schema"
)

type config struct {
	DatabaseURL string `envconfig:"DATABASE_URL" url:"true" required:"true" desc:"The database, as the API."`
	Auth        string `envconfig:"AUTH" default:"off" oneof:"oidc,off" desc:"Whether requests need a token."`
	Issuer      string `envconfig:"AUTH_ISSUER" url:"true" desc:"The issuer of the tokens."`
	Audience    string `envconfig:"AUTH_AUDIENCE" desc:"The audience that a token must name."`
	SubjectRate int    `envconfig:"RATE_LIMIT" default:"0" min:"0" desc:"Number of requests per second that a subject may send. 0 means any number."`
	process.Log
	probe.Debug
	process.Shutdown
}

func main() { tank.Main("api", run) }

func run(ctx context.Context) error {
	var have config
	if err := env.Load(&have, envconfig.Process); err != nil {
		return err
	}
	return api.Run(ctx, have.process())
}

// process uses small connection pools: the tests run many processes at the same time, on a server
// that may allow only 100 connections.
func (c config) process() api.Config {
	return api.Config{
		Service: "tank", Decode: tank.Decode, Objects: schema.Objects(), Wire: wire,
		Versions:    tank.Versions,
		DatabaseURL: c.DatabaseURL, OpsAddr: "127.0.0.1:0", WriteConns: 3, ReadConns: 2,
		Door: door.Config{
			Addr: "127.0.0.1:0", Auth: c.Auth, Issuer: c.Issuer, Audience: c.Audience, TokenTypes: "at+jwt", InsecureHTTP: "false",
			Limits: admission.Limits{Subject: c.SubjectRate},
		},
		CommandTimeout: 10 * time.Second, QueryTimeout: 10 * time.Second, IdempotencyKeep: time.Hour, KeepStates: 1000,
		MaxConnections: 1024, IdleTimeout: time.Minute, MaxCommands: 256, MaxQueries: 512, MaxQueueTime: 200 * time.Millisecond, MaxWaits: 1024,
		UnsafeDatabase: true, Log: c.Log, Debug: c.Debug, Shutdown: c.Shutdown,
	}
}
