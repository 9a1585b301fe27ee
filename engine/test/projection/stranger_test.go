package projection_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/lock"
	"example.com/pgcqrs/engine/pg/role"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/health"
	"example.com/pgcqrs/engine/projection/status"
)

// If a session has the lock of a projection but the projection makes no progress, the readiness
// check names the session. If the session has another login than the projector's login, the check
// names it even before a new event arrives.
func TestHolderOfAStuckProjectionIsNamed(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	h := tanks(t, pool)
	projector := newProjector(pool, projection.Config{})
	projector.Add("applied", projection.Each(func(*pgx.Batch, event.Recorded) error { return nil }))
	for _, program := range []string{role.API, role.Projector} {
		stranger := program == role.API
		holder, err := pgx.Connect(t.Context(), testdb.As(t, url, program))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = holder.Close(t.Context()) })
		if _, err := holder.Exec(t.Context(), `SELECT pg_advisory_lock(hashtextextended('projection applied', 0))`); err != nil {
			t.Fatal(err)
		}
		err = lock.CheckHolders(t.Context(), pool, status.Locks(projector.Set())...)
		if stranger != (err != nil && strings.Contains(err.Error(), "login "+holder.Config().User)) {
			t.Errorf("%s holds the lock: %v", program, err)
		}
		if stranger {
			_ = holder.Close(t.Context())
			await.True(t, "it is free", func() bool { return lock.CheckHolders(t.Context(), pool, status.Locks(projector.Set())...) == nil })
			continue
		}
		await.Background(t, projector.Run)
		keepsUp := rig.Health(t, projector, health.Config{StuckAfter: 500 * time.Millisecond})
		rig.Handle(t, h, uuid.New(), build("north"))
		await.True(t, "the holder is named", func() bool {
			err := keepsUp.Ready()
			return err != nil && strings.Contains(err.Error(), "it is run by ") && strings.Contains(err.Error(), "login "+holder.Config().User)
		})
	}
}
