package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/internal/read"
)

// othersHold is how many connections the relay, the sealer and the keeper of snapshots hold for good.
const othersHold = 3

// open connects to the primary, by a pool for the read models that there are. Sessions outlast a
// batch (30 s). What a command takes grows with the tables, so that only its waits are bounded.
func open(ctx context.Context, config Config, args []string) (*pgxpool.Pool, error) {
	var models counted
	read.AddTo(&models)
	timeouts := database.Timeouts{Statement: 35 * time.Second, Lock: 35 * time.Second, Idle: 30 * time.Second}
	if len(args) > 0 {
		timeouts.Statement = 0
	}
	return database.Pool{
		Name: sessionName(args), MaxConns: projection.Connections(int(models), othersHold), Needs: database.Session, Timeouts: timeouts, PinPath: true,
	}.Open(ctx, config.DatabaseURL)
}

// counted is how many read models were added to it.
type counted int

// Add counts a read model.
func (c *counted) Add(string, projection.Apply, ...string) { *c++ }

// listenConfig is where notifications come from. A pooler that swallows them is found
// out now; whether anybody is there is the listener's to see, again and again.
func listenConfig(ctx context.Context, config Config) (*pgx.ConnConfig, error) {
	listening, err := database.Config(config.listenDatabaseURL(), naming.Service+"-listener")
	if err != nil {
		return nil, err
	}
	database.Timeouts{Statement: 10 * time.Second, Lock: 10 * time.Second, Idle: 10 * time.Second}.Bound(listening)
	if config.ListenDatabaseURL != "" {
		if err := database.CheckPooler(ctx, listening.ConnConfig, database.Session); err != nil {
			return nil, err
		}
	}
	return listening.ConnConfig, nil
}

// sessionName shows in pg_stat_activity, and in projector status, who holds what.
func sessionName(args []string) string {
	host, _ := os.Hostname() // a name without it is still one
	program := strings.Join(append([]string{naming.Service + "-projector"}, args[:min(len(args), 1)]...), " ")
	return fmt.Sprintf("%s %s:%d", program, host, os.Getpid())
}
