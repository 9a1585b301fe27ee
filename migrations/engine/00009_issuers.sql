-- The issuers of the subjects in the log. A sub is unique only within its issuer.

-- +goose Up

-- issuers has each issuer whose tokens the service has accepted. A subject is stored as the name of
-- its issuer, a space and the sub. The first issuer has the name '', and its subjects are stored as
-- the sub alone. If two issuers have the same name, an equal sub of both issuers means the same
-- person. A name has at most three characters, because the API contract limits the length of an
-- actor.
CREATE TABLE issuers (
    issuer text PRIMARY KEY CHECK (issuer <> ''),
    name   text NOT NULL CHECK (name ~ '^([2-9]|[1-9][0-9]{1,2})?$')
);

-- bind_issuer returns the name of an issuer, or NULL if the issuer is unknown. If the table is
-- empty, bind_issuer adds the given issuer as the first one. A program may add no other issuer:
-- only the owner of the database may decide whether an equal sub of two issuers means the same
-- person.
-- +goose StatementBegin
CREATE FUNCTION bind_issuer(asked text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM issuers) THEN
        -- If several calls run at the same time, only one of them adds the first issuer.
        LOCK TABLE issuers IN SHARE ROW EXCLUSIVE MODE;
        INSERT INTO issuers (issuer, name) SELECT asked, '' WHERE NOT EXISTS (SELECT FROM issuers);
    END IF;
    RETURN (SELECT i.name FROM issuers i WHERE i.issuer = asked);
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION bind_issuer SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION bind_issuer FROM PUBLIC;

SELECT grant_to(program, 'SELECT', 'issuers') FROM unnest(ARRAY['api', 'service']) program;
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT role_of(program) FROM unnest(ARRAY['api', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE bind_issuer TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION bind_issuer;
DROP TABLE issuers;
