-- Which issuers the subjects in the log are of: a sub is unique within its issuer only.

-- +goose Up

-- Each issuer whose tokens have been taken. The subjects of a name are stored with it, and a space between:
-- those of the first issuer, whose name is '', as their sub alone. Two issuers of one name have the same people.
-- The name has at most three characters, by which the contract bounds an actor.
CREATE TABLE issuers (
    issuer text PRIMARY KEY CHECK (issuer <> ''),
    name   text NOT NULL CHECK (name ~ '^([2-9]|[1-9][0-9]{1,2})?$')
);

-- bind_issuer returns the name of an issuer, NULL if it is unknown. The first that is asked for is the first
-- issuer: more than that no program may do, for whether two issuers have the same people its owner has to say.
-- +goose StatementBegin
CREATE FUNCTION bind_issuer(asked text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM issuers) THEN
        LOCK TABLE issuers IN SHARE ROW EXCLUSIVE MODE; -- of several at once one is the first
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
