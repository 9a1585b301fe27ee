-- A dump holds no roles, and PostgreSQL restores no right of a role that is not there: whoever
-- restores one into a cluster without the roles gets tables that no program may read, and
-- functions that everybody may call.

-- +goose Up

-- The rights of the programs' roles, as they were when cmd/migrate ended last: a statement for
-- each, but for the grantee. For program public: what was taken from everybody. As rows of a table they are in
-- every dump, and cmd/migrate gives the roles what they lack of it, before it does anything else.
CREATE TABLE role_rights (
    program    text   NOT NULL,
    statement  text   NOT NULL,
    migrations bigint NOT NULL, -- how many lines goose_db_version had: with another number the rights may be old
    PRIMARY KEY (program, statement)
);

-- +goose Down
DROP TABLE role_rights;
