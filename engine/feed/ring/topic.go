package ring

import "github.com/google/uuid"

// Topic selects a part of the log: one stream, the streams of one subject, or the whole log. The
// zero value selects the whole log.
type Topic struct {
	kind    kind
	subject string
	stream  uuid.UUID
}

type kind byte

const (
	ofAll kind = iota
	ofSubject
	ofStream
)

// OfSubject returns the topic of all streams that belong to a subject. With AUTH=off, the subject
// is "".
func OfSubject(subject string) Topic { return Topic{kind: ofSubject, subject: subject} }

// OfStream returns the topic of one stream.
func OfStream(id uuid.UUID) Topic { return Topic{kind: ofStream, stream: id} }

// All reports whether the topic is the whole log.
func (t Topic) All() bool { return t.kind == ofAll }

// Stream returns the stream of the topic, and true. If the topic is not a single stream, the result
// ok is false.
func (t Topic) Stream() (id uuid.UUID, ok bool) { return t.stream, t.kind == ofStream }

// Has reports whether an event is in the topic.
func (t Topic) Has(e *Event) bool {
	switch t.kind {
	case ofSubject:
		return e.Owned && e.Owner == t.subject
	case ofStream:
		return e.Recorded.StreamID == t.stream
	default:
		return true
	}
}

// topicsOf returns the topics that contain an event, and the number of these topics.
func topicsOf(e *Event) (topics [3]Topic, count int) {
	topics[1] = OfStream(e.Recorded.StreamID)
	if !e.Owned {
		return topics, 2
	}
	topics[2] = OfSubject(e.Owner)
	return topics, 3
}
