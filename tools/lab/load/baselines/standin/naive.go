package standin

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/httpapi"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/history"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/internal/write/account"
)

// naiveInFlight is the number of transactions that the naive store runs at the same time. More
// transactions would only wait for the lock that every append needs.
const naiveInFlight = 16

// naiveStore commits every chain of appends in a separate transaction. A naiveStore uses the same
// SQL statements and gives the same guarantees as the service's store. But it does not combine
// several chains of appends in one transaction (group commit).
type naiveStore struct {
	*eventlog.Store // all reads use this store
	next            atomic.Uint64
	appending       [naiveInFlight]*eventlog.Store
}

func newNaiveStore(pool *pgxpool.Pool) *naiveStore {
	config := eventlog.Config{Decode: events.DecodeEvent, MessageOf: event.PublicMessage, MaxBatch: 1}
	s := &naiveStore{Store: eventlog.New(pool, config)}
	for i := range s.appending {
		s.appending[i] = eventlog.New(pool, config)
	}
	return s
}

// AppendAll passes the appends to one of the stores in the field appending. Each call uses the next
// of these stores.
func (s *naiveStore) AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	return s.appending[s.next.Add(1)%naiveInFlight].AppendAll(ctx, chain)
}

// Run runs all stores in the field appending. These stores commit the appends.
func (s *naiveStore) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, store := range s.appending {
		group.Go(func() error { return store.Run(ctx) })
	}
	return group.Wait()
}

// ServeNaive runs the service's API on a naiveStore.
func ServeNaive(ctx context.Context) error {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	pool, err := pg.Open(ctx, os.Getenv("DATABASE_URL"), "naive", naiveInFlight+8)
	if err != nil {
		return err
	}
	defer pool.Close()
	store := newNaiveStore(pool)
	handler, err := naiveAPI(pool, store, logger)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return store.Run(ctx) })
	group.Go(func() error {
		return process.Server{
			Name: "naive", Addr: "127.0.0.1:0", Handler: handler, Logger: logger, Readiness: probe.NewReadiness(logger, nil),
		}.Run(ctx)
	})
	return group.Wait()
}

func naiveAPI(pool *pgxpool.Pool, store *naiveStore, logger *slog.Logger) (http.Handler, error) {
	accounts := command.NewHandler(store, "account", account.Decide, account.Evolve)
	handler, err := httpapi.New(httpapi.Options{
		Accounts: httpapi.Accounts{
			Handle:     accounts.Handle,
			Balances:   balances.NewQueries(pool),
			Statements: statements.NewQueries(pool),
			History:    history.NewQueries(store, "account"),
		},
		Edge: edge.Options{
			Wait:    position.NewPoller(pool).Wait,
			Check:   auth.Anybody,
			Probes:  true,
			Ready:   pool.Ping,
			Metrics: probe.NewRegistry(),
			Logger:  logger,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("make naive API: %w", err)
	}
	return handler, nil
}
