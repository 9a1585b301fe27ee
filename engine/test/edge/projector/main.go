// Command projector maintains the read model of tanks. The API of engine/test/edge/api answers
// queries from that read model. Only the tests in engine/test/edge use the two programs.
package main

import (
	"context"
	"time"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/engine/process/projector"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/schema"
)

type config struct {
	DatabaseURL string `envconfig:"DATABASE_URL" url:"true" required:"true" desc:"The database, as the projector."`
	process.Log
	probe.Debug
	process.Shutdown
}

func main() { tank.Main("projector", run) }

func run(ctx context.Context) error {
	var have config
	if err := env.Load(&have, envconfig.Process); err != nil {
		return err
	}
	return projector.Run(ctx, projector.Config{
		Service: "tank", Decode: tank.Decode, Objects: schema.Objects(),
		Versions:    tank.Versions,
		Projections: func(to projection.Adder) { to.Add(tank.Levels.Name, tank.Levels.Apply, tank.Levels.Tables...) },
		DatabaseURL: have.DatabaseURL, Addr: "127.0.0.1:0", MessageSource: "/tank", OutboxAttempts: 10,
		PollInterval: 100 * time.Millisecond, StuckAfter: 10 * time.Second, ReconcileInterval: time.Hour, ProjectionBatch: 500,
		UnsafeDatabase: true, Log: have.Log, Debug: have.Debug, Shutdown: have.Shutdown,
	})
}
