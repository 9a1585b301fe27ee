-- append_keyed.sql does the same as append.sql, for a batch that also has encryption keys of
-- persons, or hashes of texts by which searches find persons. The function append_keys in
-- engine/schema/00008_keys.sql stores the keys and hashes of the appends that were accepted.
CALL append_flight(append_keys(append_events(
    $1, $2, $3, $4,                      -- streams: chain of appends, type, id, expected version
    $5, $6, $7, $8, $9, $10, $11, $12,   -- events: stream, number within the stream, id, type, schema version, data, metadata, time of occurrence
    $13, $14, $15,                       -- messages for the outbox: event, type, data
    $16, $17, $18, $19, $20, $21, $22,   -- idempotency records: stream, key, fingerprint, time until expiry, number of events, last event, position
    $23,                                 -- streams: id of the event at the expected version
    $24, $25, $26                        -- state of the log that the flight requires: positions and ids of events (marks), epoch
),
    $27, $28, $29,                       -- persons whose key is new: stream, person, wrapped key
    $30, $31, $32, $33, $34              -- hashes of texts by which persons are found: stream, set, person, field, hash
))
