-- append_unique.sql does the same as append_tagged_keyed.sql, for a batch in which persons also claim
-- unique texts. The function append_unique in engine/schema/00011_unique.sql refuses each chain that
-- claims a text of another person.
CALL append_flight(append_unique(
    $1, $2, $3, $4,                      -- streams: chain, type, id, expected version
    $5, $6, $7, $8, $9, $10, $11, $12,   -- events: stream, number within the stream, id, type, schema version, data, metadata, time of occurrence
    $13, $14, $15,                       -- messages for the outbox: event, type, data
    $16, $17, $18, $19, $20, $21, $22,   -- idempotency records: stream, key, fingerprint, time until expiry, number of events, last event, position
    $23,                                 -- streams: id of the event at the expected version
    $24, $25, $26,                       -- state of the log that the flight requires: positions and ids of events (marks), epoch
    $27, $28, $29,                       -- tags: event, tag, person
    $30, $31, $32, $33, $34,             -- items of conditions: stream, position after which no event may match, id of the event there, last tag, last type
    $35, $36,                            -- tags of items, types of items
    $37, $38, $39,                       -- persons whose key is new: stream, person, wrapped key
    $40, $41, $42, $43, $44, $45,        -- index entries by which persons are found: stream, set, person, field, index, scope
    $46, $47, $48, $49, $50, $51         -- claims of unique texts: stream, number within the chain, person, field, scope, index
))
