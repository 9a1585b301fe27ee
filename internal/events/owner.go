package events

import "example.com/pgcqrs/engine/event"

// OwnerOf returns the subject that a stream belongs to, by the stream's first event: the feed shows a stream's events to
// its owner. A type of stream that is not here belongs to nobody, and only those who run the service see its events.
func OwnerOf(first event.Recorded) (subject string, ok bool) {
	for _, part := range first.Parts() {
		switch began := part.Event.(type) {
		case AccountOpened:
			return began.Subject, true
		case CustomerRegistered:
			return began.Subject, true
		}
	}
	return "", false
}
