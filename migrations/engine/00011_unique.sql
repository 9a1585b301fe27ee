-- Unique values: no two persons of a scope have the same text in a field.

-- +goose Up

-- The scope within which the text of a look-up is unique, in clear: a domain names it, such as a
-- customer's owner. NULL: other persons may have the same text. Rows from before this migration,
-- and rows that an older program writes, have no scope: their texts are not unique.
ALTER TABLE keys.lookups ADD COLUMN scope text CONSTRAINT lookups_scope_check CHECK (octet_length(scope) BETWEEN 1 AND 1000);

-- append_unique looks here under the append lock. That the index is UNIQUE is the last line of defence
-- against two persons with one text: it knows of no text that is stored by two secrets, during a
-- rotation.
CREATE UNIQUE INDEX lookups_unique ON keys.lookups (field, scope, index) WHERE scope IS NOT NULL;

-- append_unique records a flight some of whose persons claim a text for themselves. It does what
-- append_keys(append_tagged_events(…), …) does, and refuses each chain that claims a text that another
-- person of the scope has. Other chains of the flight are not disturbed. It is called as an argument
-- of append_flight, which commits.
--
-- Columns are those of append_tagged_events and append_keys, the scopes of the look-ups (l_scope, '' for
-- none), and claims (c_…). A claim has a row for each secret of look-ups that is in use (c_index): the
-- other person's row may be by another secret, while a rotation runs. c_number counts a chain's
-- claims, from 1 on. The fate of a chain that is refused is -c_number, of the first claim that is
-- taken. An answer (3), another log (4), another type (2) and a stale version (1) have precedence. If
-- the condition of the chain is broken as well, its fate is that of the claim: the value is taken,
-- however the command would be decided again.
--
-- A person who gets another text in the same chain gives the old one up: two persons may swap theirs.
-- +goose StatementBegin
CREATE FUNCTION append_unique(
    s_chain bigint[], s_type text[], s_id uuid[], s_expected bigint[],
    e_stream bigint[], e_seq bigint[], e_id uuid[], e_type text[], e_schema_version bigint[], e_data jsonb[], e_metadata jsonb[], e_occurred_at timestamptz[],
    m_event bigint[], m_type text[], m_data jsonb[],
    k_stream bigint[], k_key text[], k_fingerprint bytea[], k_keep interval[], k_events bigint[], k_last bigint[], k_position bigint[],
    s_last uuid[], r_position bigint[], r_id uuid[], r_epoch uuid,
    t_event bigint[], t_tag text[], t_person uuid[],
    i_stream bigint[], i_after bigint[], i_last uuid[], i_tags bigint[], i_types bigint[], it_tag text[], iy_type text[],
    p_stream bigint[], p_person uuid[], p_wrapped bytea[],
    l_stream bigint[], l_set bigint[], l_person uuid[], l_field text[], l_index bytea[], l_scope text[],
    c_stream bigint[], c_number bigint[], c_person uuid[], c_field text[], c_scope text[], c_index bytea[]
) RETURNS append_report LANGUAGE plpgsql SECURITY DEFINER SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = 'off' AS $$
DECLARE
    report   append_report;
    taken    bigint[]; -- of each stream: the first claim of its chain that is taken; NULL: none is
    expected bigint[] := s_expected;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'appends need READ COMMITTED: each statement must see the last append' USING ERRCODE = 'feature_not_supported';
    END IF;
    LOCK TABLE append_lock IN EXCLUSIVE MODE; -- statements from here on see the last append
    PERFORM set_config('lock_timeout', '250ms', true);

    SELECT array_agg(refused.number ORDER BY n) INTO taken
    FROM generate_series(1, cardinality(s_id)) AS n LEFT JOIN (
        SELECT s_chain[c_stream[c]] AS chain, min(c_number[c]) AS number
        FROM generate_series(1, cardinality(c_person)) AS c
        WHERE EXISTS (
            SELECT FROM keys.lookups l
            WHERE l.field = c_field[c] AND l.scope = c_scope[c] AND l.index = c_index[c] AND l.person_id <> c_person[c]
              AND NOT EXISTS (SELECT FROM generate_series(1, cardinality(l_person)) AS given
                              WHERE l_person[given] = l.person_id AND l_field[given] = l.field AND s_chain[l_stream[given]] = s_chain[c_stream[c]])
        ) GROUP BY 1
    ) refused ON refused.chain = s_chain[n];
    IF cardinality(array_remove(taken, NULL)) > 0 THEN -- no stream is at version -2
        expected := ARRAY(SELECT CASE WHEN taken[n] IS NULL THEN s_expected[n] ELSE -2 END FROM generate_series(1, cardinality(s_id)) AS n ORDER BY n);
    END IF;

    report := append_tagged_events(
            s_chain, s_type, s_id, expected, e_stream, e_seq, e_id, e_type, e_schema_version, e_data, e_metadata, e_occurred_at, m_event, m_type,
            m_data, k_stream, k_key, k_fingerprint, k_keep, k_events, k_last, k_position, s_last, r_position, r_id, r_epoch,
            t_event, t_tag, t_person, i_stream, i_after, i_last, i_tags, i_types, it_tag, iy_type);

    IF cardinality(array_remove(taken, NULL)) > 0 THEN
        report.fates := ARRAY(
            SELECT CASE WHEN report.fates[n] = 1 AND taken[n] IS NOT NULL
                         AND bool_and(s_expected[n] IN (-1, report.versions[n])) OVER (PARTITION BY s_chain[n]) THEN -taken[n] ELSE report.fates[n] END
            FROM generate_series(1, cardinality(s_id)) AS n ORDER BY n);
    END IF;

    report := append_keys(report, p_stream, p_person, p_wrapped, '{}', '{}', '{}', '{}', '{}');
    IF cardinality(l_person) > 0 THEN -- as in append_keys, but for the scope
        DELETE FROM keys.lookups l USING (
            SELECT person_id, field, array_remove(array_agg(index), NULL) AS indexes FROM (
                SELECT l_person[n] AS person_id, l_field[n] AS field, l_index[n] AS index, l_set[n] = max(l_set[n]) OVER (PARTITION BY l_person[n], l_field[n]) AS counts
                FROM generate_series(1, cardinality(l_person)) AS n WHERE report.fates[l_stream[n]] = 0
            ) set WHERE set.counts GROUP BY person_id, field
        ) given
        WHERE l.person_id = given.person_id AND l.field = given.field AND NOT l.index = ANY (given.indexes);
        INSERT INTO keys.lookups AS l (field, index, person_id, scope)
        SELECT given.field, given.index, given.person_id, max(given.scope) FROM (
            SELECT l_person[n] AS person_id, l_field[n] AS field, l_index[n] AS index, nullif(l_scope[n], '') AS scope, l_set[n] = max(l_set[n]) OVER (PARTITION BY l_person[n], l_field[n]) AS counts
            FROM generate_series(1, cardinality(l_person)) AS n WHERE report.fates[l_stream[n]] = 0
        ) given JOIN keys.persons USING (person_id)
        WHERE given.counts AND given.index IS NOT NULL GROUP BY 1, 2, 3
        ON CONFLICT (field, index, person_id) DO UPDATE SET scope = excluded.scope WHERE l.scope IS DISTINCT FROM excluded.scope AND excluded.scope IS NOT NULL;
    END IF;
    RETURN report;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    EXECUTE format('ALTER FUNCTION append_unique SET search_path = pg_catalog, %I, pg_temp', current_schema());
    REVOKE EXECUTE ON FUNCTION append_unique FROM PUBLIC;
    FOR role IN SELECT role_of(program) FROM unnest(ARRAY['api', 'service']) program LOOP
        IF to_regrole(quote_ident(role)) IS NOT NULL THEN
            EXECUTE format('GRANT EXECUTE ON ROUTINE append_unique TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION append_unique;
DROP INDEX keys.lookups_unique;
ALTER TABLE keys.lookups DROP COLUMN scope;
