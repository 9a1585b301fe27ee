// Command migrate brings the database to the newest schema and ends. It is the
// only program that changes the schema, and the only one that connects as its owner.
//
//	DATABASE_URL          the owner's connection (required)
//	SERVICE_DATABASE_URL  the login of cmd/api and cmd/projector; when set, that role
//	                      is created, or gets this password, with the least rights
//	                      they need
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/ops"
	"example.com/pgcqrs/migrations"
)

type config struct {
	DatabaseURL        string `envconfig:"DATABASE_URL" required:"true" example:"postgres://owner:password@localhost:5432/pgcqrs" desc:"The schema owner's connection."`
	ServiceDatabaseURL string `envconfig:"SERVICE_DATABASE_URL" desc:"The login of cmd/api and cmd/projector. When set, the role is created, or gets this password, with the least rights they need. Empty: roles are left alone."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "migrate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var cfg config
	if err := ops.Load(&cfg); err != nil {
		return err
	}
	pool, err := database.Pool{
		Name: "pgcqrs-migrate", MaxConns: 2, Needs: database.Session,
		// A migration may take long. One that waits for a lock holds up all who come after it.
		Timeouts: database.Timeouts{Lock: 10 * time.Second, Idle: time.Minute},
	}.Open(ctx, cfg.DatabaseURL)
	if err != nil {
		return fmt.Errorf("%w; is DATABASE_URL right and the server running?", err)
	}
	defer pool.Close()

	db := stdlib.OpenDBFromPool(pool)
	applied, err := migrations.Up(ctx, db)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	fmt.Printf("schema is at version %d (%d applied now)\n", migrations.Newest(), len(applied))

	if cfg.ServiceDatabaseURL == "" {
		return nil
	}
	role, err := database.GrantService(ctx, pool, cfg.ServiceDatabaseURL)
	if err != nil {
		return err
	}
	fmt.Printf("role %s may log in and use the service's tables\n", role)
	return nil
}
