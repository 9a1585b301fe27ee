-- append_tagged.sql does the same as append.sql, for a batch that also has tags or conditions (see
-- append_tagged_events in engine/schema/00010_tags.sql).
CALL append_flight(append_tagged_events(
    $1, $2, $3, $4,                      -- streams: chain, type, id, expected version
    $5, $6, $7, $8, $9, $10, $11, $12,   -- events: stream, number within the stream, id, type, schema version, data, metadata, time of occurrence
    $13, $14, $15,                       -- messages for the outbox: event, type, data
    $16, $17, $18, $19, $20, $21, $22,   -- idempotency records: stream, key, fingerprint, time until expiry, number of events, last event, position
    $23,                                 -- streams: id of the event at the expected version
    $24, $25, $26,                       -- state of the log that the flight requires: positions and ids of events (marks), epoch
    $27, $28, $29,                       -- tags: event, tag, person
    $30, $31, $32, $33, $34,             -- items of conditions: stream, position after which no event may match, id of the event there, last tag, last type
    $35, $36                             -- tags of items, types of items
))
