package courses

import (
	"fmt"

	"example.com/pgcqrs/engine/event"
)

// Defined says that a course exists, with room for Capacity students.
type Defined struct {
	Course   string
	Capacity int
}

// Resized says that the capacity of a course has changed.
type Resized struct {
	Course   string
	Capacity int
}

// Subscribed says that a student takes part in a course.
type Subscribed struct{ Course, Student string }

// Unsubscribed says that a student has left a course.
type Unsubscribed struct{ Course, Student string }

// EventType implements event.Event.
func (Defined) EventType() string { return "course.defined" }

// SchemaVersion implements event.Event.
func (Defined) SchemaVersion() int { return 1 }

// Tags implements event.Tagged.
func (e Defined) Tags() []string { return []string{courseTag(e.Course)} }

// EventType implements event.Event.
func (Resized) EventType() string { return "course.resized" }

// SchemaVersion implements event.Event.
func (Resized) SchemaVersion() int { return 1 }

// Tags implements event.Tagged.
func (e Resized) Tags() []string { return []string{courseTag(e.Course)} }

// EventType implements event.Event.
func (Subscribed) EventType() string { return "course.subscribed" }

// SchemaVersion implements event.Event.
func (Subscribed) SchemaVersion() int { return 1 }

// Tags implements event.Tagged.
func (e Subscribed) Tags() []string { return []string{courseTag(e.Course), studentTag(e.Student)} }

// EventType implements event.Event.
func (Unsubscribed) EventType() string { return "course.unsubscribed" }

// SchemaVersion implements event.Event.
func (Unsubscribed) SchemaVersion() int { return 1 }

// Tags implements event.Tagged.
func (e Unsubscribed) Tags() []string { return []string{courseTag(e.Course), studentTag(e.Student)} }

func courseTag(course string) string   { return "course:" + course }
func studentTag(student string) string { return "student:" + student }

// Decode decodes the events of this package. It implements event.Decode.
func Decode(eventType string, schemaVersion int, data []byte) (event.Event, error) {
	switch eventType {
	case Defined{}.EventType():
		return event.DecodeJSON[Defined](eventType, schemaVersion, data)
	case Resized{}.EventType():
		return event.DecodeJSON[Resized](eventType, schemaVersion, data)
	case Subscribed{}.EventType():
		return event.DecodeJSON[Subscribed](eventType, schemaVersion, data)
	case Unsubscribed{}.EventType():
		return event.DecodeJSON[Unsubscribed](eventType, schemaVersion, data)
	}
	return nil, fmt.Errorf("%w: %s", event.ErrUnknownEvent, eventType)
}
