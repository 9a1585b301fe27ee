-- Read models are rebuilt beside the ones that serve, and streams that a projection
-- can't go on with may be given up.

-- +goose Up

-- When the projection got to the log's end for the first time. Before that nobody
-- reads it: a half-built read model gives wrong answers, not late ones. Whoever does
-- not know the column makes projections that are read at once, as before.
ALTER TABLE checkpoints ADD COLUMN built_at timestamptz DEFAULT now();

-- Given up: the projection goes on without the rest of the stream, and nobody waits
-- for it any more.
ALTER TABLE parked_streams
    ADD COLUMN discarded_at timestamptz,
    ADD COLUMN discarded_by text,
    ADD COLUMN discard_note text;

-- +goose Down
ALTER TABLE parked_streams DROP COLUMN discarded_at, DROP COLUMN discarded_by, DROP COLUMN discard_note;
ALTER TABLE checkpoints DROP COLUMN built_at;
