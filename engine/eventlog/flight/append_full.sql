-- append_full.sql does the same as append_tagged.sql, for a batch that also has encryption keys of
-- persons, hashes of texts by which searches find persons, or claims of unique texts. The functions
-- check_claims, name_claims and scope_lookups in engine/schema/00011_unique.sql refuse each chain
-- of appends that claims a text of another person.
CALL append_flight(scope_lookups(append_keys(append_tags(name_claims(append_events(
    $1, $2, $3,                                  -- streams: chain of appends, type, id
    check_claims(
        CASE WHEN cardinality($5::bigint[]) > 0 THEN check_conditions(
            $4,                                  -- streams: expected version
            $5, $6, $7, $8, $9,                  -- items of conditions: stream, position after which no event may match, id of the event there, last tag, last type
            $10, $11                             -- tags of items, types of items
        ) ELSE $4 END,
        $1,                                      -- streams: chain of appends
        $39, $40, $41, $42, $43, $44,            -- hashes of texts by which persons are found: stream, set, person, field, hash, scope
        $45, $46, $47, $48, $49, $50             -- claims of unique texts: stream, number within the chain of appends, person, field, scope, hash
    ),
    $12, $13, $14, $15, $16, $17, $18, $19,      -- events: stream, number within the stream, id, type, schema version, data, metadata, time of occurrence
    $20, $21, $22,                               -- messages for the outbox: event, type, data
    $23, $24, $25, $26, $27, $28, $29,           -- idempotency records: stream, key, fingerprint, time until expiry, number of events, last event, position
    $30,                                         -- streams: id of the event at the expected version
    $31, $32, $33                                -- state of the log that the flight requires: positions and ids of events (marks), epoch
),
    $4, $1,                                      -- streams: expected version, chain of appends
    $39, $40, $41, $42, $43, $44,                -- hashes of texts by which persons are found: stream, set, person, field, hash, scope
    $45, $46, $47, $48, $49, $50                 -- claims of unique texts: stream, number within the chain of appends, person, field, scope, hash
),
    $12, $15,                                    -- events: stream, type
    $34, $35                                     -- tags of events: event, tag
),
    $36, $37, $38,                               -- persons whose key is new: stream, person, wrapped key
    $39, $40, $41, $42, $43                      -- hashes of texts by which persons are found: stream, set, person, field, hash
),
    $39, $40, $41, $42, $43, $44                 -- hashes of texts by which persons are found: stream, set, person, field, hash, scope
))
