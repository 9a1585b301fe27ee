-- The sample's read table of transfers.

-- +goose Up

-- transfers has the current state of each transfer.
CREATE TABLE transfers (
    transfer_id  uuid        PRIMARY KEY,
    -- A transfer belongs to the subject that requested it. For any other subject, even for the
    -- owner of to_account, the transfer does not exist.
    subject      text        NOT NULL,
    from_account uuid        NOT NULL,
    to_account   uuid        NOT NULL, -- as the subject wrote it; there may be no such account
    amount       bigint      NOT NULL CHECK (amount > 0), -- in minor units
    currency     text        NOT NULL,
    reference    text        NOT NULL,
    status       text        NOT NULL CHECK (status IN ('requested', 'debited', 'completed', 'refused', 'refunded', 'expired')),
    -- code says why the transfer was refused or refunded. For any other status it is ''.
    code         text        NOT NULL CHECK (code = '' OR status IN ('refused', 'refunded')),
    late         boolean     NOT NULL, -- true: the transfer was debited after it had expired
    version      bigint      NOT NULL,
    requested_at timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
) WITH (fillfactor = 80);

-- The list shows the transfers of one subject from one account, newest first. The transfer's id
-- orders transfers of the same time, and is the last part of the cursor.
CREATE INDEX transfers_of_account ON transfers (subject, from_account, requested_at, transfer_id);

-- The service counts the open transfers of a subject before it accepts a new transfer. This index
-- has no finished transfers, so it stays small. The count is fast even if a subject has millions
-- of finished transfers.
CREATE INDEX transfers_open ON transfers (subject) WHERE status IN ('requested', 'debited');

SELECT grant_read_model('transfers');

SELECT start_workflow('transfers'); -- the workflow reacts to events recorded from now on

-- +goose Down
DROP TABLE transfers;
