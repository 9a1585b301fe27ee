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

// replacement has the tables of a projection that are to replace the live ones, and the only
// connection that works on them.
type replacement struct {
	of    *projection.Set
	live  projection.Projection // the projection in service
	stage stage.Stage           // of the tables that are to replace it
	pool  *pgxpool.Pool         // its sessions find the tables of stage first
	conn  *pgx.Conn             // of pool
	catch *catchup.Runner       // projects into them

	there   map[stage.Stage]bool // the stages that have tables
	service string               // the schema of the tables in service
	owner   string               // of them
}

// applier returns an Applier for the tables of a stage, on sessions of a pool that finds them.
func applier(of *projection.Set, live projection.Projection, at stage.Stage, pool *pgxpool.Pool) *batch.Applier {
	const mostInOne = 5000 // no process waits for one of these batches
	return &batch.Applier{
		Name: at.Checkpoint(live.Name), Apply: live.Apply, Pool: pool, Log: of.Log, Decode: of.Decode,
		MaxBatch: mostInOne, Timeout: of.Timeout, Strict: true, WayOut: at.WayOut(),
		Metrics: batch.NewMetrics(nil), Logger: of.LoggerOf(live.Name),
	}
}

// books returns the name of the checkpoint of the stage, and of the rows that refer to it.
func (r *replacement) books() string { return r.stage.Checkpoint(r.live.Name) }

// schema returns the schema of the tables of the stage.
func (r *replacement) schema() string { return r.stage.Schema(r.live.Name) }

// pair returns the tables in service and those of the stage.
func (r *replacement) pair() shape.Pair { return r.pairOf(r.service, r.schema()) }

// pairOf returns the tables in two schemas.
func (r *replacement) pairOf(live, copied string) shape.Pair {
	return shape.Pair{
		Tables: r.live.Tables, Live: live, Copied: copied, By: r.stage,
		Switched: live == r.service && copied == stage.Kept.Schema(r.live.Name),
	}
}

// createSchema returns a statement that makes a schema for tables like those in service, with the
// same owner.
func (r *replacement) createSchema(name string) string {
	return `CREATE SCHEMA ` + pgx.Identifier{name}.Sanitize() + ` AUTHORIZATION ` + pgx.Identifier{r.owner}.Sanitize()
}

// moveBooks moves a projection's checkpoint, and the rows that refer to it, to another name.
func moveBooks(work *pgx.Batch, from, to string) {
	checkpoint.QueueCopy(work, from, to)
	reconcile.MoveRanges(work, from, to)
}
