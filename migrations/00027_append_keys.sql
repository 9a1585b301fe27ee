-- Keys of persons, and what they are found by, are stored in the transaction that records the event
-- which needs them, or not at all: a command that is refused, replayed, or fails leaves nothing.

-- +goose Up

-- append_keys stores what the chains of a flight need that append_events has recorded, and returns
-- its report as it is. It is called as an argument of append_flight, which commits.
--
-- Keys are columns: persons (p_…) with the key that their events were encrypted by, if it was not
-- stored then, and look-ups (l_…). p_stream and l_stream count a flight's streams, from 1 on. The
-- look-ups of one l_set take the place of those that the person had for the field; an index that is
-- NULL is none. Of several sets the last one counts.
--
-- A person who has another key by now fails the flight (other_key), and so does a key that was
-- rotated (not_retired): the events have to be encrypted anew. Whoever was erased gets none.
-- +goose StatementBegin
CREATE FUNCTION append_keys(
    report append_report, p_stream bigint[], p_person uuid[], p_wrapped bytea[],
    l_stream bigint[], l_set bigint[], l_person uuid[], l_field text[], l_index bytea[]
) RETURNS append_report LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF cardinality(p_person) > 0 THEN
        INSERT INTO keys.persons (person_id, wrapped)
        SELECT DISTINCT ON (p_person[n]) p_person[n], p_wrapped[n] FROM generate_series(1, cardinality(p_person)) AS n
        WHERE report.fates[p_stream[n]] = 0 AND NOT EXISTS (SELECT FROM keys.erased e WHERE e.person_id = p_person[n])
        ORDER BY p_person[n], n
        ON CONFLICT (person_id) DO NOTHING;
        IF EXISTS (SELECT FROM generate_series(1, cardinality(p_person)) AS n
                   WHERE report.fates[p_stream[n]] = 0 AND NOT EXISTS (SELECT FROM keys.erased e WHERE e.person_id = p_person[n])
                     AND NOT EXISTS (SELECT FROM keys.persons k WHERE k.person_id = p_person[n] AND k.wrapped = p_wrapped[n])) THEN
            RAISE EXCEPTION 'a person has another key by now' USING ERRCODE = 'check_violation', CONSTRAINT = 'other_key';
        END IF;
    END IF;
    IF cardinality(l_person) > 0 THEN
        WITH given AS (
            SELECT l_person[n] AS person_id, l_field[n] AS field, l_index[n] AS index, l_set[n] AS set, max(l_set[n]) OVER (PARTITION BY l_person[n], l_field[n]) AS last
            FROM generate_series(1, cardinality(l_person)) AS n WHERE report.fates[l_stream[n]] = 0
        ), now AS (
            SELECT DISTINCT person_id, field, index FROM given WHERE set = last
        ), gone AS (
            DELETE FROM keys.lookups l USING (SELECT DISTINCT person_id, field FROM now) AS f
            WHERE l.person_id = f.person_id AND l.field = f.field
              AND NOT EXISTS (SELECT FROM now WHERE now.person_id = l.person_id AND now.field = l.field AND now.index = l.index)
        )
        INSERT INTO keys.lookups (field, index, person_id)
        SELECT now.field, now.index, now.person_id FROM now JOIN keys.persons USING (person_id) WHERE now.index IS NOT NULL
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN report;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION append_keys SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
-- +goose StatementEnd
REVOKE EXECUTE ON FUNCTION append_keys FROM PUBLIC;

-- Also to the roles of before, where logins are still in them.
-- +goose StatementBegin
DO $$
DECLARE
    role text;
BEGIN
    FOR role IN SELECT n.prefix || p FROM role_names n, unnest(ARRAY['api', 'service']) p LOOP
        IF has_table_privilege(to_regrole(quote_ident(role)), 'keys.persons', 'SELECT') THEN -- else it is another database's
            EXECUTE format('GRANT EXECUTE ON FUNCTION append_keys TO %I', role);
        END IF;
    END LOOP;
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION append_keys;
