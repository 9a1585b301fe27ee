//go:build linux

package world

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/tools/lab/attacks/database"
	"example.com/pgcqrs/tools/lab/attacks/program"
	"example.com/pgcqrs/tools/lab/attacks/traffic"
	"example.com/pgcqrs/tools/lab/attacks/victim"
)

// New starts the programs on a database. It creates accounts for two clients: the attacker, and the
// client whose answers are measured. Stop ends the programs.
func New(ctx context.Context, o Options, databases database.URLs) (w *World, err error) {
	w = &World{options: o, databases: databases}
	if w.dir, err = os.MkdirTemp("", "attacks"); err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	if err := w.setUp(ctx); err != nil {
		w.Stop()
		return nil, err
	}
	return w, nil
}

func (w *World) setUp(ctx context.Context) (err error) {
	long := uuid.New()
	if err := w.fill(ctx, long); err != nil {
		return err
	}
	if err := program.Build(ctx, w.dir); err != nil {
		return err
	}
	w.issuer = startIssuer()
	if err := w.startPrograms(ctx); err != nil {
		return err
	}
	w.client = traffic.From(traffic.AttackerAddress)
	w.Victim = &victim.Victim{
		Client: traffic.From(traffic.VictimAddress), URL: "http://" + w.api.Address(""),
		Token: func() (string, error) { return w.issuer.tokenOf("victim") },
	}
	return w.arrange(ctx, long)
}

// startPrograms starts the projector and the API. The API requires tokens. The API's bounds have
// their default values, except the bounds that the options set.
func (w *World) startPrograms(ctx context.Context) (err error) {
	key := "file://" + filepath.Join(w.dir, "key.json")
	if _, err := keyfile.New(key); err != nil {
		return err
	}
	if w.projector, err = program.Start(ctx, w.dir, "projector", "DATABASE_URL="+w.databases.Projector, "WORKER_DATABASE_URL="+w.databases.Worker, "PROJECTOR_ADDR=127.0.0.1:0", "STUCK_AFTER=5m"); err != nil {
		return err
	}
	w.api, err = program.Start(ctx, w.dir, "api", append([]string{
		"DATABASE_URL=" + w.databases.API, "API_ADDR=127.0.0.1:0", "API_OPS_ADDR=127.0.0.1:0", "KEY_URI=" + key,
		"AUTH=oidc", "AUTH_ISSUER=" + w.issuer.server.URL, "AUTH_AUDIENCE=" + devissuer.Audience,
	}, w.options.API...)...)
	return err
}
