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

// Question is a query of rows of a read model.
type Question struct {
	SQL     string // a SELECT on the projection's tables, with Args as its parameters
	Args    []any
	Streams []uuid.UUID // streams for which At.Parked is set; if there are none, At.Incomplete is set instead
}

// At is the position that an answer reflects. The position is read in the same statement as the
// rows, so that both are of one moment.
type At struct {
	Position   int64               // position of the projection
	Parked     map[uuid.UUID]int64 // position at which each parked stream is parked; the rows of the stream lack later events
	Incomplete bool                // some stream is parked, so rows may be missing or old
}

// Read runs a question. Read scans each row into the targets, calls the function each after every
// row, and returns the position that the rows reflect, also if there are no rows. The rows come in
// the order of the SQL. Until the read model is built, Read returns event.ErrNotBuilt.
//
// Read reads the position in the same statement, not only in the same transaction: a transaction
// whose snapshot is older than its lock on a table would show the rows from before a rebuild's
// switch together with the position from after the switch (docs/decisions/0008).
func (m *Model) Read(ctx context.Context, q Question, into []any, each func() error) (At, error) {
	var at At
	var beside any = &at.Incomplete
	if len(q.Streams) > 0 {
		beside = &at.Parked
	}
	const ours = 3 // number of columns before those of the question: position, beside, nth
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

// statement returns SQL that selects the checkpoint beside each row of the question. If the read
// model is built, the SQL has at least one row; nth is NULL in that row if the question has no row.
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

// Row reads at most one row, about one stream. The id of the stream is the parameter $1 of the SQL,
// and args are the parameters from $2 on. The result found reports whether there is a row, and the
// result at has the position that the answer reflects.
func (m *Model) Row(ctx context.Context, stream uuid.UUID, sql string, into []any, args ...any) (found bool, at At, err error) {
	q := Question{SQL: sql, Args: append([]any{stream}, args...), Streams: []uuid.UUID{stream}}
	at, err = m.Read(ctx, q, into, func() error {
		found = true
		return nil
	})
	return found, at, err
}
