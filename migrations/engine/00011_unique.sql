-- Unique values: no two persons of a scope have the same text in a field.

-- +goose Up

-- The scope within which the text of a look-up is unique, in clear: a domain names it, such as a
-- customer's owner. NULL: other persons may have the same text. Rows from before this migration,
-- and rows that an older program writes, have no scope: their texts are not unique.
ALTER TABLE keys.lookups ADD COLUMN scope text CONSTRAINT lookups_scope_check CHECK (octet_length(scope) BETWEEN 1 AND 1000);

-- check_claims looks here under the append lock. That the index is UNIQUE is the last line of defence
-- against two persons with one text: it knows of no text that is stored by two secrets, during a
-- rotation.
CREATE UNIQUE INDEX lookups_unique ON keys.lookups (field, scope, index) WHERE scope IS NOT NULL;

-- taken_claims returns, for each stream of a flight, the number of the first claim of its chain that is
-- taken: another person of the scope has the text. NULL: none is taken.
--
-- Look-ups (l_…) are those of append_keys. A claim (c_…) has a row for each secret of look-ups that is in
-- use (c_index): the other person's row may be by another secret, while a rotation runs. c_number
-- counts a chain's claims, from 1 on. A person whose last text of the field in the same chain is
-- another one, or of another scope, gives the old one up: two persons may swap theirs.
CREATE FUNCTION taken_claims(
    s_chain bigint[], l_stream bigint[], l_set bigint[], l_person uuid[], l_field text[], l_index bytea[], l_scope text[],
    c_stream bigint[], c_number bigint[], c_person uuid[], c_field text[], c_scope text[], c_index bytea[]
) RETURNS bigint[] LANGUAGE sql STABLE
RETURN (
    SELECT array_agg(taken.number ORDER BY n)
    FROM generate_series(1, cardinality(s_chain)) AS n LEFT JOIN (
        SELECT s_chain[c_stream[c]] AS chain, min(c_number[c]) AS number
        FROM generate_series(1, cardinality(c_person)) AS c
        WHERE EXISTS (
            SELECT FROM keys.lookups l
            WHERE l.field = c_field[c] AND l.scope = c_scope[c] AND l.index = c_index[c] AND l.person_id <> c_person[c]
              AND NOT coalesce((
                  SELECT NOT bool_or(given.index IS NOT DISTINCT FROM l.index AND given.scope IN ('', l.scope)) FROM (
                      SELECT l_index[n] AS index, l_scope[n] AS scope, l_set[n] AS set, max(l_set[n]) OVER () AS last
                      FROM generate_series(1, cardinality(l_person)) AS n
                      WHERE l_person[n] = l.person_id AND l_field[n] = l.field AND s_chain[l_stream[n]] = s_chain[c_stream[c]]
                  ) given WHERE given.set = given.last), false)
        ) GROUP BY 1
    ) taken ON taken.chain = s_chain[n]
);

-- check_claims returns the versions that the streams of a flight are expected to have: s_expected, but
-- -2 for each stream of a chain one of whose claims is taken. No stream is at version -2, so that
-- append_events refuses the chain; other chains of the flight are not disturbed. It is called as an
-- argument of append_events. It reads under the lock that orders the flights, by a statement that
-- begins once the lock is taken.
-- +goose StatementBegin
CREATE FUNCTION check_claims(
    s_expected bigint[], s_chain bigint[], l_stream bigint[], l_set bigint[], l_person uuid[], l_field text[], l_index bytea[], l_scope text[],
    c_stream bigint[], c_number bigint[], c_person uuid[], c_field text[], c_scope text[], c_index bytea[]
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    taken bigint[];
BEGIN
    IF coalesce(cardinality(c_person), 0) = 0 THEN
        RETURN s_expected;
    END IF;
    LOCK TABLE append_lock IN EXCLUSIVE MODE; -- statements from here on see the last append
    PERFORM set_config('lock_timeout', '250ms', true); -- everybody waits for what this flight waits for
    taken := (SELECT taken_claims(s_chain, l_stream, l_set, l_person, l_field, l_index, l_scope, c_stream, c_number, c_person, c_field, c_scope, c_index));
    IF cardinality(array_remove(taken, NULL)) > 0 THEN
        RETURN ARRAY(SELECT CASE WHEN taken[n] IS NULL THEN s_expected[n] ELSE -2 END FROM generate_series(1, cardinality(taken)) AS n ORDER BY n);
    END IF;
    RETURN s_expected;
END $$;
-- +goose StatementEnd

-- name_claims makes the report of append_events say which claim is taken: the fate of a chain that
-- check_claims has refused becomes -c_number, of the first such claim. An answer (3), another log (4),
-- another type (2) and a stale version (1) have precedence. If the condition of the chain is broken as
-- well, its fate is that of the claim: the value is taken, however the command would be decided
-- again. name_claims is called before append_keys changes the look-ups, so that it finds what
-- check_claims found.
-- +goose StatementBegin
CREATE FUNCTION name_claims(
    report append_report, s_expected bigint[], s_chain bigint[], l_stream bigint[], l_set bigint[], l_person uuid[], l_field text[], l_index bytea[], l_scope text[],
    c_stream bigint[], c_number bigint[], c_person uuid[], c_field text[], c_scope text[], c_index bytea[]
) RETURNS append_report LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    taken bigint[];
BEGIN
    IF cardinality(c_person) > 0 AND 1 = ANY (report.fates) THEN
        taken := (SELECT taken_claims(s_chain, l_stream, l_set, l_person, l_field, l_index, l_scope, c_stream, c_number, c_person, c_field, c_scope, c_index));
        report.fates := ARRAY(
            SELECT CASE WHEN report.fates[n] = 1 AND taken[n] IS NOT NULL
                         AND bool_and(s_expected[n] IN (-1, report.versions[n])) OVER (PARTITION BY s_chain[n]) THEN -taken[n] ELSE report.fates[n] END
            FROM generate_series(1, cardinality(s_chain)) AS n ORDER BY n);
    END IF;
    RETURN report;
END $$;
-- +goose StatementEnd

-- scope_lookups writes the scopes (l_scope, '' for none) of the look-ups that append_keys has written.
-- It is called with the report of append_keys, and returns it.
-- +goose StatementBegin
CREATE FUNCTION scope_lookups(
    report append_report, l_stream bigint[], l_set bigint[], l_person uuid[], l_field text[], l_index bytea[], l_scope text[]
) RETURNS append_report LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    final boolean;
BEGIN
    IF '' <> ANY (l_scope) THEN
        FOREACH final IN ARRAY ARRAY[false, true] LOOP -- rows first leave their scopes: two persons may swap them
            UPDATE keys.lookups l SET scope = CASE WHEN final THEN given.scope END
            FROM (
                SELECT DISTINCT ON (1, 2, 3) l_field[n] AS field, l_index[n] AS index, l_person[n] AS person_id, l_scope[n] AS scope
                FROM generate_series(1, cardinality(l_person)) AS n WHERE report.fates[l_stream[n]] = 0 AND l_scope[n] <> '' ORDER BY 1, 2, 3, l_set[n] DESC
            ) given
            WHERE l.field = given.field AND l.index = given.index AND l.person_id = given.person_id AND l.scope IS DISTINCT FROM given.scope AND (final OR l.scope IS NOT NULL);
        END LOOP;
    END IF;
    RETURN report;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE
    routine text;
    role    text;
BEGIN
    FOREACH routine IN ARRAY ARRAY['check_claims', 'name_claims', 'scope_lookups'] LOOP
        EXECUTE format('ALTER FUNCTION %I SET search_path = pg_catalog, %I, pg_temp', routine, current_schema());
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %I FROM PUBLIC', routine);
        FOR role IN SELECT role_of(program) FROM unnest(ARRAY['api', 'service']) program LOOP
            IF to_regrole(quote_ident(role)) IS NOT NULL THEN
                EXECUTE format('GRANT EXECUTE ON FUNCTION %I TO %I', routine, role);
            END IF;
        END LOOP;
    END LOOP;
    REVOKE EXECUTE ON FUNCTION taken_claims FROM PUBLIC; -- the functions that call it have the owner's rights
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION scope_lookups, name_claims, check_claims, taken_claims;
DROP INDEX keys.lookups_unique;
ALTER TABLE keys.lookups DROP COLUMN scope;
