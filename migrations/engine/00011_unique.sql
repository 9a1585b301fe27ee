-- Unique values: no two persons of a scope have the same text in a field.

-- +goose Up

-- The column scope has the scope within which the text of a look-up is unique. The scope is not
-- encrypted. The service names the scope, for example by a customer's owner. NULL: other persons
-- may have the same text. Rows from before this migration have no scope. Rows that an older
-- program writes have no scope, either. The texts of such rows are not unique.
ALTER TABLE keys.lookups ADD COLUMN scope text CONSTRAINT lookups_scope_check CHECK (octet_length(scope) BETWEEN 1 AND 1000);

-- check_claims searches this index under the append lock. UNIQUE would reject two persons with one
-- text even if check_claims did not. But UNIQUE can't compare rows that were made by two different
-- secrets. Such rows may exist during a rotation.
CREATE UNIQUE INDEX lookups_unique ON keys.lookups (field, scope, index) WHERE scope IS NOT NULL;

-- taken_claims returns, for each stream of a flight, the number of the first taken claim of the
-- chain of appends that contains the stream. A claim is taken if another person of the scope has
-- the text. NULL: no claim of the chain of appends is taken.
--
-- Look-ups (l_…) are the same as in append_keys. A claim (c_…) has one row for each secret of
-- look-ups that is in use, with the HMAC of the text by this secret (c_index). During a rotation,
-- the row of the other person may be made by another secret. c_number counts the claims of a chain
-- of appends, from 1. The same chain of appends may store new texts for the other person in the
-- field. If the last of these texts is another text, or has another scope, the claim is not taken.
-- So two persons may swap their texts.
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

-- check_claims returns the versions that append_events must expect. The result is s_expected,
-- with -2 for each stream of a chain of appends that has a taken claim. No stream is at version -2,
-- so append_events refuses the chain of appends. The other chains of appends of the flight are not
-- affected. A call of check_claims is an argument of append_events. check_claims reads under the
-- lock that orders the flights. Its statement begins after the lock is taken.
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
    LOCK TABLE append_lock IN EXCLUSIVE MODE; -- from here on, each statement sees the last append
    -- While this flight waits for a lock, all other flights wait, too.
    PERFORM set_config('lock_timeout', '250ms', true);
    taken := (SELECT taken_claims(s_chain, l_stream, l_set, l_person, l_field, l_index, l_scope, c_stream, c_number, c_person, c_field, c_scope, c_index));
    IF cardinality(array_remove(taken, NULL)) > 0 THEN
        RETURN ARRAY(SELECT CASE WHEN taken[n] IS NULL THEN s_expected[n] ELSE -2 END FROM generate_series(1, cardinality(taken)) AS n ORDER BY n);
    END IF;
    RETURN s_expected;
END $$;
-- +goose StatementEnd

-- name_claims writes into the report of append_events which claim is taken. If check_claims has
-- refused a chain of appends, name_claims sets the fate of the chain of appends to -c_number of the
-- first taken claim. Four other fates have precedence: a stale version (1), another type (2), an
-- answer (3) and another log (4). If the condition of the chain of appends is broken, too, the fate
-- is still that of the claim. The reason is that the text stays taken even if the command is
-- decided again. name_claims is called before append_keys changes the look-ups. So name_claims
-- finds the same rows as check_claims.
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

-- scope_lookups writes the scopes of the look-ups that append_keys has written. An l_scope of ''
-- means no scope. scope_lookups is called with the report of append_keys, and returns this
-- report.
-- +goose StatementBegin
CREATE FUNCTION scope_lookups(
    report append_report, l_stream bigint[], l_set bigint[], l_person uuid[], l_field text[], l_index bytea[], l_scope text[]
) RETURNS append_report LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    final boolean;
BEGIN
    IF '' <> ANY (l_scope) THEN
        -- In the first pass, rows lose their old scopes. In the second pass, the rows get their new
        -- scopes. With a single pass, two persons with the same text could not swap their scopes.
        FOREACH final IN ARRAY ARRAY[false, true] LOOP
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
    REVOKE EXECUTE ON FUNCTION taken_claims FROM PUBLIC; -- its callers have the owner's rights
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION scope_lookups, name_claims, check_claims, taken_claims;
DROP INDEX keys.lookups_unique;
ALTER TABLE keys.lookups DROP COLUMN scope;
