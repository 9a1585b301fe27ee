package rebuild

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/batch"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/rebuild/catchup"
	"example.com/pgcqrs/engine/projection/rebuild/shape"
	"example.com/pgcqrs/engine/projection/rebuild/stage"
	"example.com/pgcqrs/engine/projection/reconcile"
)

// replacement has the tables that will replace the live tables of a projection, and the only
// connection that works on them.
type replacement struct {
	of    *projection.Set
	live  projection.Projection // the live projection
	stage stage.Stage           // stage of the replacing tables
	pool  *pgxpool.Pool         // the sessions of pool search the schema of stage first
	conn  *pgx.Conn             // a connection of pool
	catch *catchup.Runner       // applies events to the tables of stage

	there   map[stage.Stage]bool // the stages that have tables
	service string               // schema of the live tables
	owner   string               // owner of the live tables
}

// applier returns an Applier for the replacing tables. The sessions of pool must look for tables in
// the schema of these tables first.
func applier(of *projection.Set, live projection.Projection, at stage.Stage, pool *pgxpool.Pool) *batch.Applier {
	const mostInOne = 5000 // larger than usual, because no process waits for one of these batches
	return &batch.Applier{
		Name: at.Checkpoint(live.Name), Apply: live.Apply, Pool: pool, Log: of.Log, Decode: of.Decode,
		MaxBatch: mostInOne, Timeout: of.Timeout, Strict: true, WayOut: at.WayOut(),
		Metrics: batch.NewMetrics(nil), Logger: of.LoggerOf(live.Name),
	}
}

// books returns the name of the replacing tables' checkpoint. Rows of other tables refer to the
// checkpoint by this name.
func (r *replacement) books() string { return r.stage.Checkpoint(r.live.Name) }

// schema returns the name of the schema that has the replacing tables.
func (r *replacement) schema() string { return r.stage.Schema(r.live.Name) }

// pair returns a Pair of the live tables and the replacing tables.
func (r *replacement) pair() shape.Pair { return r.pairOf(r.service, r.schema()) }

// pairOf returns a Pair of tables in two schemas. The parameters live and copied are the names of
// these schemas.
func (r *replacement) pairOf(live, copied string) shape.Pair {
	return shape.Pair{
		Tables: r.live.Tables, Live: live, Copied: copied, By: r.stage,
		Switched: live == r.service && copied == stage.Kept.Schema(r.live.Name),
	}
}

// createSchema returns a statement that creates a schema. The owner of the schema is the owner of
// the live tables.
func (r *replacement) createSchema(name string) string {
	return `CREATE SCHEMA ` + pgx.Identifier{name}.Sanitize() + ` AUTHORIZATION ` + pgx.Identifier{r.owner}.Sanitize()
}

// moveBooks queues statements that move a projection's checkpoint to another name, together with
// the rows that refer to the checkpoint.
func moveBooks(work *pgx.Batch, from, to string) {
	checkpoint.QueueCopy(work, from, to)
	reconcile.MoveRanges(work, from, to)
}
