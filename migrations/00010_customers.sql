-- The sample's second aggregate: customers, who can be forgotten.

-- +goose Up

-- Who is this customer? Personal data is sealed here as it is in the log.
CREATE TABLE customers (
    customer_id   uuid        PRIMARY KEY,
    subject       text        NOT NULL,
    name          text        NOT NULL, -- sealed; empty: erased
    email         text        NOT NULL, -- sealed; empty: erased
    status        text        NOT NULL CHECK (status IN ('registered', 'erased')),
    version       bigint      NOT NULL,
    registered_at timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
) WITH (fillfactor = 80);

SELECT grant_read_model('customers');

-- The key goes in the transaction that records this event, whoever appends it.
CREATE TRIGGER forget_person AFTER INSERT ON events
    FOR EACH ROW WHEN (NEW.type = 'customer.erased') EXECUTE FUNCTION keys.erase_person();

ALTER TABLE balances ADD COLUMN customer_id uuid; -- null: of nobody
CREATE INDEX balances_of_customer ON balances (customer_id) WHERE customer_id IS NOT NULL;

-- +goose Down
ALTER TABLE balances DROP COLUMN customer_id;
DROP TRIGGER forget_person ON events;
DROP TABLE customers;
