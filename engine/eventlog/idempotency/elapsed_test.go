package idempotency

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5"
)

// elapsedRow is a fake of the database row in the table elapsed.
type elapsedRow struct {
	seconds int64
	stepped time.Time
	slow    time.Duration // time that the server's clock loses in each step
	missed  bool
}

func (r *elapsedRow) QueryRow(_ context.Context, _ string, args ...any) pgx.Row {
	if r.missed = false; len(args) == 0 {
		return r
	}
	was, _ := args[0].(int64)
	step, _ := args[1].(int64)
	if r.missed = was != r.seconds; !r.missed {
		r.seconds += min(step, int64((time.Since(r.stepped)-r.slow)/time.Second))
		r.stepped = time.Now()
	}
	return r
}

func (r *elapsedRow) Scan(into ...any) error {
	if r.missed {
		return pgx.ErrNoRows
	}
	seconds, _ := into[0].(*int64)
	*seconds = r.seconds
	return nil
}

// Any number of processes may start, count the passing seconds, and end. The counted number of
// seconds never grows faster than real time. If at least one process counts, the number does not
// grow much more slowly than real time.
func TestElapsedIsNeverAheadOfTime(t *testing.T) {
	t.Parallel()
	for _, slow := range []time.Duration{0, 10 * time.Millisecond} {
		testElapsed(t, slow)
	}
}

func testElapsed(t *testing.T, slow time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		row, began := &elapsedRow{stepped: time.Now(), slow: slow}, time.Now()
		counters := make([]elapsed, 5)
		for look := 0; time.Since(began) < time.Hour; look++ {
			if look%97 == 0 {
				counters[look%5] = elapsed{} // a process restarts
			}
			time.Sleep(elapsedStep / 30) //nolint:forbidigo // synctest fakes the clock
			if err := counters[look%5].count(t.Context(), row); err != nil {
				t.Fatal(err)
			}
			if passed := time.Since(began); time.Duration(row.seconds)*time.Second > passed {
				t.Fatalf("%d seconds counted in %s", row.seconds, passed)
			}
		}
		if row.seconds < 3600*4/5 {
			t.Errorf("%d seconds counted in an hour", row.seconds)
		}
		time.Sleep(24 * time.Hour) //nolint:forbidigo // no process counts meanwhile; synctest fakes the clock
		late := row.seconds
		for i := range counters {
			if err := counters[i].count(t.Context(), row); err != nil {
				t.Fatal(err)
			}
		}
		if row.seconds > late+int64(elapsedStep/time.Second) {
			t.Errorf("%d seconds more at once", row.seconds-late)
		}
	})
}
