-- The sample's read table of transfers.

-- +goose Up

-- What became of a transfer?
CREATE TABLE transfers (
    transfer_id  uuid        PRIMARY KEY,
    -- A transfer belongs to the subject that requested it, and does not exist for any other subject, also not
    -- for the owner of to_account.
    subject      text        NOT NULL,
    from_account uuid        NOT NULL,
    to_account   uuid        NOT NULL, -- as the subject wrote it: there may be no such account
    amount       bigint      NOT NULL CHECK (amount > 0), -- minor units
    currency     text        NOT NULL,
    reference    text        NOT NULL,
    status       text        NOT NULL CHECK (status IN ('requested', 'debited', 'completed', 'refused', 'refunded', 'expired')),
    code         text        NOT NULL CHECK (code = '' OR status IN ('refused', 'refunded')), -- why it was refused or refunded
    late         boolean     NOT NULL, -- whether it was debited after it had expired
    version      bigint      NOT NULL,
    requested_at timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
) WITH (fillfactor = 80);

-- The list shows the transfers of one subject from one account, newest first; the id breaks ties and ends the
-- cursor.
CREATE INDEX transfers_of_account ON transfers (subject, from_account, requested_at, transfer_id);

-- Counts the open transfers of a subject before a new one is accepted. Finished transfers are not in this index,
-- so it stays small, and a subject with millions of them is counted as fast.
CREATE INDEX transfers_open ON transfers (subject) WHERE status IN ('requested', 'debited');

SELECT grant_read_model('transfers');

SELECT start_workflow('transfers'); -- it reacts to what is recorded from now on

-- +goose Down
DROP TABLE transfers;
