//go:build linux

package operate

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// ManageKeys runs a subcommand of cmd/migrate repeatedly until it succeeds.
func ManageKeys(ctx context.Context, w *world.World, verb string) error {
	ctx = context.WithoutCancel(ctx)
	for deadline := time.Now().Add(OperatorFor); ; interval.Pause(ctx, 200*time.Millisecond) {
		running, cancel := context.WithTimeout(ctx, time.Minute)
		err := world.Finish(running, w.Program("migrate", []string{"DATABASE_URL=" + w.Postgres.Owner(), w.KeyURI()}, verb))
		cancel()
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// OperatorFor is the longest time for which an operator tries to repair the damage of a fault.
const OperatorFor = 2 * time.Minute

// Until runs a subcommand of cmd/ops repeatedly, until the SQL query in the argument left returns
// 0.
func Until(ctx context.Context, w *world.World, left string, verb ...string) error {
	ctx = context.WithoutCancel(ctx)
	for deadline := time.Now().Add(OperatorFor); ; interval.Pause(ctx, 200*time.Millisecond) {
		count, err := session.One[int64](ctx, w.Postgres.Owner(), left)
		if err == nil && count == 0 {
			return nil
		}
		if err == nil {
			err = world.Finish(ctx, w.Program("ops", Settings(w), verb...))
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d are left after %v of ops %s: %w", count, OperatorFor, strings.Join(verb, " "), err)
		}
	}
}

// Settings returns the environment for the operator's commands. They use the projector's login to
// the database of the primary.
func Settings(w *world.World) []string {
	return []string{"DATABASE_URL=" + world.LoginAt("projector", session.HostOf(w.Postgres.Owner())), "LOG_LEVEL=warn", w.WithCopies()}
}

// Verb runs a subcommand of cmd/ops on the primary, and reads its JSON output. If cmd/ops ends with
// an error status, the result ended is that error, and err does not contain it. So the caller can
// decide whether the failure was expected.
func Verb(ctx context.Context, w *world.World, name string, into any) (ended, err error) {
	command := w.Program("ops", Settings(w), append(strings.Fields(name), "-json")...)
	var out, log strings.Builder
	command.Stdout, command.Stderr = &out, &log
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("ops %s: %w", name, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = command.Process.Kill() })
	defer stop()
	if ended = command.Wait(); ended != nil {
		ended = fmt.Errorf("ops %s: %w: %s", name, ended, strings.TrimSpace(log.String()))
	}
	if err := json.Unmarshal([]byte(out.String()), into); err != nil {
		return nil, fmt.Errorf("ops %s says no JSON: %w: %w: %s", name, err, ended, log.String())
	}
	return ended, nil
}
