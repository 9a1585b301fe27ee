-- append_tagged.sql does the same as append.sql, for a batch that also has tags or conditions (see
-- check_conditions and append_tags in engine/schema/00010_tags.sql).
CALL append_flight(append_tags(append_events(
    $1, $2, $3,                                  -- streams: chain of appends, type, id
    CASE WHEN cardinality($5::bigint[]) > 0 THEN check_conditions(
        $4,                                      -- streams: expected version
        $5, $6, $7, $8, $9,                      -- items of conditions: stream, position after which no event may match, id of the event there, last tag, last type
        $10, $11                                 -- tags of items, types of items
    ) ELSE $4 END,
    $12, $13, $14, $15, $16, $17, $18, $19,      -- events: stream, number within the stream, id, type, schema version, data, metadata, time of occurrence
    $20, $21, $22,                               -- messages for the outbox: event, type, data
    $23, $24, $25, $26, $27, $28, $29,           -- idempotency records: stream, key, fingerprint, time until expiry, number of events, last event, position
    $30,                                         -- streams: id of the event at the expected version
    $31, $32, $33                                -- state of the log that the flight requires: positions and ids of events (marks), epoch
),
    $12, $15,                                    -- events: stream, type
    $34, $35                                     -- tags of events: event, tag
))
