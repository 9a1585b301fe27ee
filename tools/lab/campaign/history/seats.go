//go:build linux

package history

import (
	"time"

	"github.com/google/uuid"
)

// Attempt is one attempt of a student to subscribe to a course. If an attempt had no effect or an
// unknown effect, the student may try again with the same idempotency key.
type Attempt struct {
	Key             uuid.UUID // idempotency key, and correlation id of the event
	Course, Student string
	Sent, Done      time.Duration
	Ended           Ending
	Position        int64 // after a success: the position in the answer
}

// Ending is the way in which an attempt ended.
type Ending string

const (
	Subscribed  Ending = "subscribed"
	CourseFull  Ending = "course_full"
	TooMany     Ending = "too_many_courses"
	NoCourse    Ending = "not_found"
	NothingDone Ending = "nothing was done" // an outage, or too many conflicts with other processes
	UnknownDone Ending = "unknown"          // the attempt may have taken effect, or may still do so
)

// CourseEvent is an event in the log of the courses. This log is in a separate database.
type CourseEvent struct {
	Position        int64
	Kind            string
	Course, Student string
	Capacity        int
	Key             string   // correlation id
	Tags            []string // tags of the event, in order
}
