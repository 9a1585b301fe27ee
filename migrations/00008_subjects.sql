-- An account belongs to the subject who opened it, and is there for nobody else. The
-- accounts of before belong to the subject without a name, which is everybody's where
-- AUTH=off, and otherwise nobody's.

-- +goose Up
ALTER TABLE balances ADD COLUMN subject text NOT NULL DEFAULT '';
ALTER TABLE statements ADD COLUMN subject text NOT NULL DEFAULT '';

-- Every list is somebody's. The orders are as before.
CREATE INDEX balances_of_subject_by_opened_at ON balances (subject, opened_at, account_id);
CREATE INDEX balances_of_subject_by_owner ON balances (subject, owner, account_id);
DROP INDEX balances_by_opened_at, balances_by_owner;

-- +goose Down
CREATE INDEX balances_by_opened_at ON balances (opened_at, account_id);
CREATE INDEX balances_by_owner ON balances (owner, account_id);
ALTER TABLE balances DROP COLUMN subject;
ALTER TABLE statements DROP COLUMN subject;
