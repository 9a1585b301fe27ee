package verbs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventstore"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/projection"
)

// Config is what the verbs are about, and where it is.
type Config struct {
	Service     string                    // its name, of sessions and in the chain over the log
	Decode      event.Decode              // of the service's events
	Projections func(to projection.Adder) // adds every projection that the service has
	Versions    func() map[string][]int64 // of the schema, by the table that lists them
	DatabaseURL string                    // DATABASE_URL: the primary
	Key         string                    // SEAL_KEY
	PublicKey   string                    // SEAL_PUBLIC_KEY
	Late        time.Duration             // an event without a seal that is so old is a finding
	Logger      *slog.Logger
	Registerer  prometheus.Registerer
}

// Run does what the arguments say, which a command line with the List has found right. What a verb
// takes grows with the tables, so that only its waits are bounded.
func Run(ctx context.Context, config Config, args []string) error {
	verb, _, err := find(args)
	if err != nil {
		return err
	}
	pool, err := database.Pool{
		Name:     database.SessionName(config.Service + "-ops " + verb.name),
		MaxConns: projection.Connections(projection.Count(config.Projections), 0),
		Needs:    database.Session, PinPath: true,
		Timeouts: database.Timeouts{Lock: 35 * time.Second, Idle: 30 * time.Second},
	}.Open(ctx, config.DatabaseURL)
	if err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer pool.Close()
	if err := database.CheckSchema(ctx, pool, config.Versions()); err != nil {
		return err
	}
	store := eventstore.New(pool, eventstore.Config{Decode: config.Decode, Logger: config.Logger, Registerer: config.Registerer}) // reads only: nothing flies from it
	projector := projection.NewProjector(pool, store, projection.Config{Decode: config.Decode, Logger: config.Logger, Registerer: config.Registerer})
	config.Projections(projector)
	return do(ctx, operated{
		projector: projector,
		dead:      outbox.NewDead(pool),
		sealed:    sealed{config.Service, pool, store, config.Key, config.PublicKey, config.Late},
	}, args)
}
