-- The sample's read tables, and the trigger that destroys a customer's key. Replace this file with your own.

-- +goose Up

-- What does an account look like now?
CREATE TABLE balances (
    account_id  uuid        PRIMARY KEY,
    owner       text        NOT NULL,
    currency    text        NOT NULL,
    balance     bigint      NOT NULL CHECK (balance >= 0), -- minor units
    status      text        NOT NULL CHECK (status IN ('open', 'closed')),
    version     bigint      NOT NULL,
    opened_at   timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    -- An account belongs to the subject that opened it, and does not exist for any other subject. The
    -- subject '' stands for everybody with AUTH=off, and for nobody otherwise.
    subject     text        NOT NULL,
    customer_id uuid -- null: none
) WITH (fillfactor = 80);

-- Every list shows the accounts of one subject. Each order of the list has an index; the id breaks ties and
-- ends the cursor. No index has a column that an event changes: each event would then add an entry to every
-- index, and take twice the time (measured); an update in place adds none.
CREATE INDEX balances_of_subject_by_opened_at ON balances (subject, opened_at, account_id);
CREATE INDEX balances_of_subject_by_owner ON balances (subject, owner, account_id);
CREATE INDEX balances_of_customer ON balances (customer_id) WHERE customer_id IS NOT NULL;

-- What moved on an account, and what was there afterwards?
CREATE TABLE statements (
    account_id uuid   PRIMARY KEY,
    balance    bigint NOT NULL, -- after the last line
    subject    text   NOT NULL -- owner of the account
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

-- Who is this customer? Personal data is encrypted here as it is in the log, so that it can be erased.
CREATE TABLE customers (
    customer_id   uuid        PRIMARY KEY,
    subject       text        NOT NULL,
    name          text        NOT NULL, -- encrypted; empty: erased
    email         text        NOT NULL, -- encrypted; empty: erased
    status        text        NOT NULL CHECK (status IN ('registered', 'erased')),
    version       bigint      NOT NULL,
    registered_at timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
) WITH (fillfactor = 80);

SELECT grant_read_model('balances', 'statements', 'statement_lines', 'customers');

-- Destroys the key in the transaction that records this event, whatever program appends it.
CREATE TRIGGER forget_person AFTER INSERT ON events
    FOR EACH ROW WHEN (NEW.type = 'customer.erased') EXECUTE FUNCTION keys.erase_person('customer');

-- +goose Down
DROP TRIGGER forget_person ON events;
DROP TABLE customers, statement_lines, statements, balances;
