package notify

// Channel is the channel on which the log notifies. The payload is the new head position.
const Channel = "events"
