package position

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
)

// Model reads the tables of one projection together with the position that they reflect.
type Model struct {
	pool       *pgxpool.Pool
	projection string
}

// NewModel returns a Model of a projection on a pool, which may connect to a replica.
func NewModel(pool *pgxpool.Pool, projection string) *Model { return &Model{pool, projection} }

// Question asks a read model for rows.
type Question struct {
	SQL     string // a SELECT on the projection's tables, with Args as its parameters
	Args    []any
	Streams []uuid.UUID // for which Parked is set; none: Incomplete is set instead
}

// At is the position that an answer reflects, read in the same statement as its rows, so that both
// are of one moment.
type At struct {
	Position   int64               // of the projection
	Parked     map[uuid.UUID]int64 // position at which each parked stream is parked: its rows lack later events
	Incomplete bool                // streams are parked: rows may be missing or old
}

// Read scans each row of an answer into the targets, calls each, and returns the position that the
// answer reflects, also if there are no rows. The rows come in the order of the SQL. Before the
// read model is built the error is event.ErrNotBuilt.
//
// The position is read in the same statement, not only in the same transaction: a snapshot that is
// older than the lock on a table would show the rows from before a rebuild's switch with the
// position from after it (docs/decisions/0008).
func (m *Model) Read(ctx context.Context, q Question, into []any, each func() error) (At, error) {
	var at At
	var beside any = &at.Incomplete
	if len(q.Streams) > 0 {
		beside = &at.Parked
	}
	const ours = 3 // columns before those of the question: position, beside, nth
	targets := append([]any{&at.Position, beside, nil}, into...)
	withoutRow := append([]any{&at.Position, beside}, make([]any, 1+len(into))...)
	sql, args := m.statement(q)
	rows, err := m.pool.Query(ctx, sql, args...)
	if err != nil {
		return At{}, fmt.Errorf("read %s: %w", m.projection, err)
	}
	defer rows.Close()
	built := false
	for rows.Next() {
		built = true
		if rows.RawValues()[ours-1] == nil {
			err = rows.Scan(withoutRow...)
		} else if err = rows.Scan(targets...); err == nil {
			err = each()
		}
		if err != nil {
			return At{}, fmt.Errorf("read %s: %w", m.projection, err)
		}
	}
	switch {
	case rows.Err() != nil:
		return At{}, fmt.Errorf("read %s: %w", m.projection, rows.Err())
	case !built:
		return At{}, event.ErrNotBuilt
	}
	return at, nil
}

// statement returns the question's SQL beside the checkpoint: at least one row if the read model is
// built, whose nth is NULL if the question has no row.
func (m *Model) statement(q Question) (sql string, args []any) {
	args = append(slices.Clone(q.Args), m.projection)
	projection := fmt.Sprintf("$%d", len(args))
	beside := `EXISTS (SELECT FROM parked_streams WHERE projection = ` + projection + `)`
	if len(q.Streams) > 0 {
		args = append(args, q.Streams)
		beside = fmt.Sprintf(`(SELECT jsonb_object_agg(stream_id, position) FROM parked_streams WHERE projection = %s AND stream_id = ANY ($%d::uuid[]))`,
			projection, len(args))
	}
	return `
		SELECT checkpoint.position, ` + beside + `, answer.*
		FROM checkpoints checkpoint LEFT JOIN (SELECT row_number() OVER () AS nth, asked.* FROM (` + q.SQL + `
		) asked) answer ON true
		WHERE checkpoint.projection = ` + projection + ` AND checkpoint.built_at IS NOT NULL ORDER BY answer.nth`, args
}

// Row reads at most one row, of a stream, whose id is the parameter $1 of the SQL; args are the
// following ones. It returns whether there is a row, and the position that the answer reflects.
func (m *Model) Row(ctx context.Context, stream uuid.UUID, sql string, into []any, args ...any) (found bool, at At, err error) {
	q := Question{SQL: sql, Args: append([]any{stream}, args...), Streams: []uuid.UUID{stream}}
	at, err = m.Read(ctx, q, into, func() error {
		found = true
		return nil
	})
	return found, at, err
}
