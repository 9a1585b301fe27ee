-- append.sql sends a flight, which is a batch of appends in one transaction. The client sends the
-- flight in one protocol message. The server takes the append lock, appends and commits before it
-- reads another message (see append_events and append_flight in engine/schema/00004_append.sql).
-- The parameters are arrays: the fields of the Go struct columns, in the same order. The entries of
-- each array are numbered from 1. An entry of one array refers to an entry of another array by the
-- number of the other entry.
CALL append_flight(append_events(
    $1, $2, $3, $4,                      -- streams: chain of appends, type, id, expected version
    $5, $6, $7, $8, $9, $10, $11, $12,   -- events: stream, number within the stream, id, type, schema version, data, metadata, time of occurrence
    $13, $14, $15,                       -- messages for the outbox: event, type, data
    $16, $17, $18, $19, $20, $21, $22,   -- idempotency records: stream, key, fingerprint, time until expiry, number of events, last event, position
    $23,                                 -- streams: id of the event at the expected version
    $24, $25, $26                        -- state of the log that the flight requires: positions and ids of events (marks), epoch
))
