-- The sample's read tables, and the trigger that destroys a customer's key. Replace this file
-- with your own.

-- +goose Up

-- balances has the current state of each account.
CREATE TABLE balances (
    account_id  uuid        PRIMARY KEY,
    owner       text        NOT NULL,
    currency    text        NOT NULL,
    balance     bigint      NOT NULL CHECK (balance >= 0), -- in minor units
    status      text        NOT NULL CHECK (status IN ('open', 'closed')),
    version     bigint      NOT NULL,
    opened_at   timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    -- An account belongs to the subject that opened it. For any other subject, the account does not
    -- exist. With AUTH=off, every caller has the subject ''. Without AUTH=off, no caller has this
    -- subject.
    subject     text        NOT NULL,
    customer_id uuid -- NULL: the account has no customer
) WITH (fillfactor = 80);

-- Every list shows the accounts of one subject. Each order of the list has an index. The account's
-- id orders rows with equal values, and is the last part of the cursor. No index has a column that
-- events change after the account's opening. So an event changes the row by a HOT update, which
-- adds no entry to an index. If an index had such a column, each event would add an entry to every
-- index, and would take twice the time (measured).
CREATE INDEX balances_of_subject_by_opened_at ON balances (subject, opened_at, account_id);
CREATE INDEX balances_of_subject_by_owner ON balances (subject, owner, account_id);
CREATE INDEX balances_of_customer ON balances (customer_id) WHERE customer_id IS NOT NULL;

-- statements has the balance of each account. statement_lines has the movements of each account,
-- and the balance after each movement.
CREATE TABLE statements (
    account_id uuid   PRIMARY KEY,
    balance    bigint NOT NULL, -- balance after the last line
    subject    text   NOT NULL -- subject that owns the account
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

-- customers has the current data of each customer. Personal data is encrypted here as in the log,
-- so that it can be erased.
CREATE TABLE customers (
    customer_id   uuid        PRIMARY KEY,
    subject       text        NOT NULL,
    name          text        NOT NULL, -- encrypted; empty: the customer was erased
    email         text        NOT NULL, -- encrypted; empty: the customer was erased
    status        text        NOT NULL CHECK (status IN ('registered', 'erased')),
    version       bigint      NOT NULL,
    registered_at timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
) WITH (fillfactor = 80);

SELECT grant_read_model('balances', 'statements', 'statement_lines', 'customers');

-- The trigger destroys the customer's key in the transaction that records this event, no matter
-- which program appends the event.
CREATE TRIGGER forget_person AFTER INSERT ON events
    FOR EACH ROW WHEN (NEW.type = 'customer.erased') EXECUTE FUNCTION keys.erase_person('customer');

-- +goose Down
DROP TRIGGER forget_person ON events;
DROP TABLE customers, statement_lines, statements, balances;
