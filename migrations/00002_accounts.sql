-- The sample's read tables. Replace this file with your own.

-- +goose Up

-- What does an account look like now?
CREATE TABLE balances (
    account_id uuid        PRIMARY KEY,
    owner      text        NOT NULL,
    currency   text        NOT NULL,
    balance    bigint      NOT NULL CHECK (balance >= 0), -- minor units
    status     text        NOT NULL CHECK (status IN ('open', 'closed')),
    version    bigint      NOT NULL,
    opened_at  timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 80);

-- One index per order of the list; the id breaks ties and ends the cursor. None is on
-- a column that an event changes: that would cost an entry in every index an event,
-- where an update in place costs none (twice the time, measured).
CREATE INDEX balances_by_opened_at ON balances (opened_at, account_id);
CREATE INDEX balances_by_owner ON balances (owner, account_id);

-- What moved on an account, and what was there afterwards?
CREATE TABLE statements (
    account_id uuid   PRIMARY KEY,
    balance    bigint NOT NULL -- after the last line
) WITH (fillfactor = 80);

CREATE TABLE statement_lines (
    account_id  uuid        NOT NULL,
    version     bigint      NOT NULL,
    position    bigint      NOT NULL,
    kind        text        NOT NULL CHECK (kind IN ('deposit', 'withdrawal')),
    amount      bigint      NOT NULL CHECK (amount > 0),
    balance     bigint      NOT NULL,
    reference   text        NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, version)
);

-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pgcqrs_service') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON balances, statements, statement_lines TO pgcqrs_service;
    END IF;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP TABLE statement_lines, statements, balances;
