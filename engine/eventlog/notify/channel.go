package notify

// Channel is the name of the PostgreSQL channel on which the log announces new events. The payload
// of a notification is the position of the last event in the log.
const Channel = "events"
