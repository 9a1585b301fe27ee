package eventstore

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// elapsedRow is the table elapsed.
type elapsedRow struct{ seconds int64 }

func (r *elapsedRow) QueryRow(context.Context, string, ...any) pgx.Row { return r }

func (r *elapsedRow) Scan(into ...any) error {
	seconds, _ := into[0].(*int64)
	*seconds = r.seconds
	return nil
}

func (r *elapsedRow) Exec(_ context.Context, _ string, args ...any) (pgconn.CommandTag, error) {
	was, _ := args[0].(int64)
	step, _ := args[1].(int64)
	if was != r.seconds {
		return pgconn.NewCommandTag("UPDATE 0"), nil
	}
	r.seconds += step
	return pgconn.NewCommandTag("UPDATE 1"), nil
}

// However many processes count, and come and go, the number never grows faster than time;
// and not much slower while some are there.
func TestElapsedIsNeverAheadOfTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		row, began := &elapsedRow{}, time.Now()
		counters := make([]elapsed, 5)
		for look := 0; time.Since(began) < time.Hour; look++ {
			if look%97 == 0 {
				counters[look%5] = elapsed{} // a process starts anew
			}
			time.Sleep(elapsedStep / 30) //nolint:forbidigo // it is the bubble's time
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
		time.Sleep(24 * time.Hour) //nolint:forbidigo // while nobody counts, in the bubble's time
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
