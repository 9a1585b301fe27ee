-- append.sql sends a flight: one message of the protocol holds all of it, and the server locks,
-- appends and commits before it reads the next (append_events and append_flight of
-- engine/schema/00004_append.sql). Its parameters are the fields of columns, in their order: arrays
-- that refer to each other by number, from 1 on.
CALL append_flight(append_events(
    $1, $2, $3, $4,                      -- streams: chain, type, id, expected version
    $5, $6, $7, $8, $9, $10, $11, $12,   -- events: stream, number on it, id, type, schema version, data, metadata, when it occurred
    $13, $14, $15,                       -- messages for the outbox: event, type, data
    $16, $17, $18, $19, $20, $21, $22,   -- idempotency records: stream, key, fingerprint, how long to keep, events, last event, position
    $23,                                 -- streams: the event at the expected version
    $24, $25, $26                        -- what the flight rests on: positions and ids of marks, epoch
))
