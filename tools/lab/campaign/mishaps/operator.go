//go:build linux

package mishaps

import (
	"context"
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/operate"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// Rebuild returns a fault that rebuilds a read model. If a rebuild is interrupted, the next fault
// of this kind continues the rebuild.
func Rebuild(name string) func(context.Context, *world.World, int, *rand.Rand) error {
	return func(ctx context.Context, w *world.World, _ int, _ *rand.Rand) error {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
		defer cancel()
		settings := []string{"DATABASE_URL=" + w.Postgres.Owner()}
		_ = world.Finish(ctx, w.Program("ops", settings, "projections", "rebuild", "-drop", name)) // there may be no tables of an earlier rebuild to drop
		return world.Finish(ctx, w.Program("ops", settings, "projections", "rebuild", name))
	}
}

// RotateKey rotates the operator's key once or twice, while clients register customers. The
// operator's key encrypts the persons' keys. In half of the cases, RotateKey then removes the old
// keys.
func RotateKey(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	for range 1 + random.IntN(2) {
		if err := operate.ManageKeys(ctx, w, "rotate-key"); err != nil {
			return err
		}
		interval.Pause(ctx, interval.Between(random, 100*time.Millisecond, 3*time.Second))
	}
	if random.IntN(2) == 0 {
		return operate.ManageKeys(ctx, w, "drop-old-keys")
	}
	return nil
}

// RefuseMessages makes the broker refuse every message for a while. The relay then moves some
// messages to the table of dead messages. RefuseMessages sends these messages again, as an operator
// does.
func RefuseMessages(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	if err := w.Broker.Refuse(ctx, interval.Between(random, time.Second, 3*time.Second)); err != nil {
		return err
	}
	return operate.Until(ctx, w, `SELECT count(*) FROM dead_messages`, "messages", "redrive")
}
