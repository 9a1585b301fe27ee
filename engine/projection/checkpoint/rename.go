package checkpoint

import "github.com/jackc/pgx/v5"

// QueueCopy queues statements that copy a checkpoint to another name, and that move the parked
// streams of this checkpoint to that name.
func QueueCopy(work *pgx.Batch, from, to string) {
	work.Queue(`
		INSERT INTO checkpoints (projection, position, event_position, event_id, parkings, built_at, updated_at, ahead_of)
		SELECT $2, position, event_position, event_id, parkings, built_at, updated_at, ahead_of FROM checkpoints WHERE projection = $1`, from, to)
	queueStreams(work, from, to)
}

// QueueTakeOver queues statements that move the position and the parked streams of one checkpoint
// to another checkpoint, and mark the second checkpoint as built. The parameters are the names of
// the two checkpoints.
func QueueTakeOver(work *pgx.Batch, from, to string) {
	queueStreams(work, from, to)
	work.Queue(`
		UPDATE checkpoints c SET position = new.position, event_position = new.event_position, event_id = new.event_id, built_at = clock_timestamp(), updated_at = clock_timestamp(), ahead_of = NULL
		FROM checkpoints new WHERE c.projection = $1 AND new.projection = $2`, to, from)
}

func queueStreams(work *pgx.Batch, from, to string) {
	work.Queue(`UPDATE parked_streams SET projection = $2 WHERE projection = $1`, from, to)
}

// QueueDrop queues a statement that deletes a checkpoint that has no parked streams.
func QueueDrop(work *pgx.Batch, projection string) {
	work.Queue(`DELETE FROM checkpoints WHERE projection = $1`, projection)
}
