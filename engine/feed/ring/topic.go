package ring

import "github.com/google/uuid"

// Topic names a part of the log. The zero value is all of it.
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

// OfSubject returns the topic of the streams that belong to a subject, "" where nobody has a name.
func OfSubject(subject string) Topic { return Topic{kind: ofSubject, subject: subject} }

// OfStream returns the topic of one stream.
func OfStream(id uuid.UUID) Topic { return Topic{kind: ofStream, stream: id} }

// All says whether the topic is the whole log.
func (t Topic) All() bool { return t.kind == ofAll }

// Stream returns the stream that the topic is of, and whether it is of one.
func (t Topic) Stream() (id uuid.UUID, ok bool) { return t.stream, t.kind == ofStream }

// Has says whether an event is one of the topic's.
func (t Topic) Has(e *Event) bool {
	switch t.kind {
	case ofSubject:
		return e.Owned && e.Owner == t.subject
	case ofStream:
		return e.StreamID == t.stream
	default:
		return true
	}
}

// topicsOf returns the topics that an event is in, and how many they are.
func topicsOf(e *Event) (topics [3]Topic, count int) {
	topics[1] = OfStream(e.StreamID)
	if !e.Owned {
		return topics, 2
	}
	topics[2] = OfSubject(e.Owner)
	return topics, 3
}
