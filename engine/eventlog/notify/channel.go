package notify

// Channel is what the log notifies on: the payload is the new head position.
const Channel = "events"
