-- Tables of the projections: their checkpoints, the streams that they have parked, and the events
-- that they have applied.

-- +goose Up

-- checkpoints has the position of each projection. The tables of the projection have exactly the
-- result of applying the events 1 … position in order.
CREATE TABLE checkpoints (
    projection     text        PRIMARY KEY,
    position       bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    -- This number increases when parked_streams changes. A process that moves the checkpoint must
    -- know the current parked streams.
    parkings       bigint      NOT NULL DEFAULT 0,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    -- Time at which the projection reached the log's end for the first time. Before that time,
    -- nobody reads the tables of the projection: a half-built read model gives wrong answers, not
    -- merely outdated ones. If an INSERT does not set built_at, queries may read the tables at
    -- once.
    built_at       timestamptz DEFAULT now(),
    -- The event to which the checkpoint was moved. If the log goes back to an earlier state, and
    -- later grows past the checkpoint again, the log has another event at event_position. From this
    -- difference, the projection notices that the log has lost events. The two columns are used
    -- only if event_position equals position: an operator who moves the checkpoint by hand changes
    -- position alone.
    event_position bigint,
    event_id       uuid,
    -- NULL: the projection is not stopped. If the log goes back to an earlier state and the
    -- checkpoint does not, ahead_of is the position at which the log then ended, as far as this is
    -- known. The projection is stopped until an operator decides. The projection has applied events
    -- that are no longer in the log, and has not applied the events that replaced them.
    ahead_of       bigint
) WITH (fillfactor = 50); -- leaves space on the page for HOT updates of the row

-- parked_streams has the streams that a projection has parked: the projection can't apply an event
-- of the stream. This event and the later events of the stream wait, in order. The projection
-- continues with the other streams.
CREATE TABLE parked_streams (
    projection   text        NOT NULL REFERENCES checkpoints,
    stream_id    uuid        NOT NULL,
    stream_type  text        NOT NULL,
    version      bigint      NOT NULL, -- version of the event that can't be applied
    position     bigint      NOT NULL,
    error        text        NOT NULL,
    parked_at    timestamptz NOT NULL DEFAULT now(),
    -- Time at which an operator gave the stream up. The projection continues without the rest of
    -- the stream, and nobody waits for the stream any more.
    discarded_at timestamptz,
    discarded_by text,
    discard_note text,
    PRIMARY KEY (projection, stream_id)
);

SELECT grant_to('api', 'SELECT', 'checkpoints', 'parked_streams');
SELECT grant_to(program, 'SELECT, INSERT, UPDATE', 'checkpoints') FROM unnest(ARRAY['projector', 'service']) program;
SELECT grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'parked_streams') FROM unnest(ARRAY['projector', 'service']) program;

-- applied_ranges has ranges of positions that a projection has passed without a gap. The row of a
-- range has the number and a checksum of the events that the projection has applied. So the
-- projection can be compared with the log. Each batch extends the last range or begins a new one,
-- in the transaction that moves the checkpoint. Reconciling closes ranges, and compares them with
-- the events of the log. If a position is in no range, somebody has moved the checkpoint past this
-- position by hand.
CREATE TABLE applied_ranges (
    projection     text        NOT NULL REFERENCES checkpoints ON DELETE CASCADE,
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL CHECK (last_position >= first_position),
    -- Number of applied events; events of parked streams are not applied.
    events         bigint      NOT NULL,
    -- XOR of the last 8 bytes of the ids of the applied events.
    checksum       bigint      NOT NULL,
    closed         boolean     NOT NULL DEFAULT false, -- true: the next batch begins a new range
    -- Time since which the range waits for the comparison with the log.
    waits_since    timestamptz NOT NULL DEFAULT now(),
    -- Time of the comparison with the log; NULL: the range was not compared since its last change.
    reconciled_at  timestamptz,
    -- Number of events that were recorded and not applied, at the time of the comparison. A
    -- negative number means that events were applied too often.
    missing        bigint      NOT NULL DEFAULT 0,
    differs        boolean     NOT NULL DEFAULT false,
    accepted_at    timestamptz, -- time at which an operator accepted the difference
    accepted_by    text,
    accept_note    text,
    PRIMARY KEY (projection, first_position)
) WITH (fillfactor = 50); -- leaves space on the page for HOT updates of the last range

CREATE INDEX applied_ranges_to_reconcile ON applied_ranges (projection, first_position) WHERE reconciled_at IS NULL;
CREATE INDEX applied_ranges_that_differ ON applied_ranges (projection, first_position) WHERE differs AND accepted_at IS NULL;

SELECT grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'applied_ranges') FROM unnest(ARRAY['projector', 'service']) program;

-- +goose Down
DROP TABLE applied_ranges, parked_streams, checkpoints;
