package position

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
)

// Model reads the tables of one projection, together with the position that the projection has
// reached.
type Model struct {
	pool       *pgxpool.Pool
	projection string
}

// NewModel returns a Model, which reads the tables of the projection with the given name. The pool
// may connect to the primary or to a replica.
func NewModel(pool *pgxpool.Pool, projection string) *Model { return &Model{pool, projection} }

// Question is a query on the tables of a read model.
type Question struct {
	SQL     string // a SELECT on the projection's tables, with Args as its parameters
	Args    []any
	Streams []uuid.UUID // streams for which At.Parked is set; if there are none, At.Incomplete is set instead
}

// At describes the state of the projection from whose tables an answer was read. Position and rows
// are read in the same SQL statement, so the rows include the events up to exactly this position.
type At struct {
	Position   int64               // position of the projection
	Parked     map[uuid.UUID]int64 // for each parked stream, the position of the event that could not be applied; the rows lack this event and later events of the stream
	Incomplete bool                // whether any stream is parked, so that rows may be missing or outdated
}

// Read runs a question. For each row, in the order of the SQL, Read scans the row into the targets
// and then calls the function each. Read returns the position that the projection had reached, even
// if the query finds no rows. If the read model is not built yet, Read returns event.ErrNotBuilt.
//
// Read reads the rows and the position in the same SQL statement. With two statements in one
// transaction, a rebuild could replace the tables between the statements. The rows could then come
// from the old tables, and the position from the new tables (docs/decisions/0008).
func (m *Model) Read(ctx context.Context, q Question, into []any, each func() error) (At, error) {
	var at At
	var beside any = &at.Incomplete
	if len(q.Streams) > 0 {
		beside = &at.Parked
	}
	const ours = 3 // number of columns before the question's columns: position, beside, nth
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

// statement returns SQL that returns each row of the question together with the checkpoint. If the
// read model is built and the question finds no row, the SQL returns one row with the checkpoint,
// in which the column nth is NULL.
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

// Row runs a query about one stream. The query returns at most one row. The id of the stream is the
// parameter $1 of the SQL, and args are the parameters from $2 on. The result found reports whether
// the query found a row. The result of type At has the position that the projection had reached.
func (m *Model) Row(ctx context.Context, stream uuid.UUID, sql string, into []any, args ...any) (found bool, at At, err error) {
	q := Question{SQL: sql, Args: append([]any{stream}, args...), Streams: []uuid.UUID{stream}}
	at, err = m.Read(ctx, q, into, func() error {
		found = true
		return nil
	})
	return found, at, err
}
