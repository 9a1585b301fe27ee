-- How far projections are, what they can't go on with, and what they have applied.

-- +goose Up

-- How far each projection is: it holds exactly the fold of events 1 … position.
CREATE TABLE checkpoints (
    projection     text        PRIMARY KEY,
    position       bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    parkings       bigint      NOT NULL DEFAULT 0, -- changes with parked_streams: a process that moves the checkpoint must know them
    updated_at     timestamptz NOT NULL DEFAULT now(),
    -- When the projection got to the log's end for the first time. Before that nobody reads it: a
    -- half-built read model gives wrong answers, not late ones. A row that does not say is read at once.
    built_at       timestamptz DEFAULT now(),
    -- The event that the checkpoint was moved to, so that a log that went back is noticed when it has
    -- grown past the checkpoint again. They count if event_position is position: a hand moves that alone.
    event_position bigint,
    event_id       uuid,
    -- Where the log ended when it was found that it went back and the checkpoint did not, as far as is
    -- known. The projection stands still from then on until an operator decides: some of what it was
    -- given is gone, and what came instead it was not given. NULL: it goes on.
    ahead_of       bigint
) WITH (fillfactor = 50); -- one hot row each: room for updates in place

-- Streams that a projection has stopped at an event it can't apply. Their events
-- from there on wait, in order, and the others go on.
CREATE TABLE parked_streams (
    projection   text        NOT NULL REFERENCES checkpoints,
    stream_id    uuid        NOT NULL,
    stream_type  text        NOT NULL,
    version      bigint      NOT NULL, -- of the event that can't be applied
    position     bigint      NOT NULL,
    error        text        NOT NULL,
    parked_at    timestamptz NOT NULL DEFAULT now(),
    -- Given up: the projection goes on without the rest of the stream, and nobody waits for it any more.
    discarded_at timestamptz,
    discarded_by text,
    discard_note text,
    PRIMARY KEY (projection, stream_id)
);

SELECT grant_to('api', 'SELECT', 'checkpoints', 'parked_streams');
SELECT grant_to(program, 'SELECT, INSERT, UPDATE', 'checkpoints') FROM unnest(ARRAY['projector', 'service']) program;
SELECT grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'parked_streams') FROM unnest(ARRAY['projector', 'service']) program;

-- A stretch of positions that a projection has passed without a break, and what it applied there,
-- so that it can be compared with the log. Each batch adds to the last stretch, with the
-- checkpoint; reconciling closes stretches and compares them with events. Positions outside of
-- every stretch were skipped by hand: somebody has moved the checkpoint.
CREATE TABLE applied_ranges (
    projection     text        NOT NULL REFERENCES checkpoints ON DELETE CASCADE,
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL CHECK (last_position >= first_position),
    events         bigint      NOT NULL, -- applied; those of parked streams are not
    checksum       bigint      NOT NULL, -- of these: the last 8 bytes of their ids, by exclusive or
    closed         boolean     NOT NULL DEFAULT false, -- the next batch begins a new one
    waits_since    timestamptz NOT NULL DEFAULT now(), -- to be reconciled
    reconciled_at  timestamptz,                    -- compared with the log; null: not since it was changed
    missing        bigint      NOT NULL DEFAULT 0, -- recorded and not applied, at that time; below 0: applied too often
    differs        boolean     NOT NULL DEFAULT false,
    accepted_at    timestamptz,                    -- somebody knows of the difference, and lives with it
    accepted_by    text,
    accept_note    text,
    PRIMARY KEY (projection, first_position)
) WITH (fillfactor = 50); -- the last one is hot: room for updates in place

CREATE INDEX applied_ranges_to_reconcile ON applied_ranges (projection, first_position) WHERE reconciled_at IS NULL;
CREATE INDEX applied_ranges_that_differ ON applied_ranges (projection, first_position) WHERE differs AND accepted_at IS NULL;

SELECT grant_to(program, 'SELECT, INSERT, UPDATE, DELETE', 'applied_ranges') FROM unnest(ARRAY['projector', 'service']) program;

-- +goose Down
DROP TABLE applied_ranges, parked_streams, checkpoints;
