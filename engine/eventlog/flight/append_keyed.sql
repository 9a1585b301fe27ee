-- append_keyed.sql is append.sql for a flight with keys of persons, which append_keys of
-- engine/schema/00008_keys.sql stores for the chains that were appended.
CALL append_flight(append_keys(append_events(
    $1, $2, $3, $4,                      -- streams: chain, type, id, expected version
    $5, $6, $7, $8, $9, $10, $11, $12,   -- events: stream, number on it, id, type, schema version, data, metadata, when it occurred
    $13, $14, $15,                       -- messages for the outbox: event, type, data
    $16, $17, $18, $19, $20, $21, $22,   -- idempotency records: stream, key, fingerprint, how long to keep, events, last event, position
    $23,                                 -- streams: the event at the expected version
    $24, $25, $26                        -- what the flight rests on: positions and ids of marks, epoch
),
    $27, $28, $29,                       -- persons whose key is new: stream, person, wrapped key
    $30, $31, $32, $33, $34              -- indexes that persons are found by: stream, set, person, field, index
))
