package courses

import (
	"maps"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/event"
)

// MostCourses is the number of courses to which a student can subscribe at the same time.
const MostCourses = 5

// Subscribe is the command by which a student asks to take part in a course.
type Subscribe struct{ Course, Student string }

// State is the state on which a Subscribe is decided. It results from the events of the course and
// of the student.
type State struct {
	capacity int
	defined  bool
	taken    map[Subscribed]bool // subscriptions of the course or of the student
}

// Subscription is the Boundary of the command Subscribe. It selects all events of the course, and
// the subscriptions of the student to other courses.
var Subscription = boundary.Boundary[State, Subscribe]{
	Query: func(c Subscribe) []event.Item {
		return []event.Item{
			{Tags: []string{courseTag(c.Course)}},
			{Tags: []string{studentTag(c.Student)}, Types: []string{Subscribed{}.EventType(), Unsubscribed{}.EventType()}},
		}
	},
	Evolve: evolve,
	Decide: decide,
	Stream: func(c Subscribe) (string, uuid.UUID) { return "course", ID(c.Course) },
}

// ID returns the id of a course's stream.
func ID(course string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceURL, []byte(course)) }

func evolve(s State, e event.Event) State {
	switch e := e.(type) {
	case Defined:
		s.defined, s.capacity = true, e.Capacity
	case Resized:
		s.capacity = e.Capacity
	case Subscribed:
		if s.taken = maps.Clone(s.taken); s.taken == nil {
			s.taken = make(map[Subscribed]bool)
		}
		s.taken[e] = true
	case Unsubscribed:
		s.taken = maps.Clone(s.taken)
		delete(s.taken, Subscribed(e))
	}
	return s
}

func decide(s State, c Subscribe) ([]event.Event, error) {
	wanted := Subscribed(c)
	inCourse, ofStudent := 0, 0
	for one := range s.taken {
		if one.Course == c.Course {
			inCourse++
		}
		if one.Student == c.Student {
			ofStudent++
		}
	}
	switch {
	case !s.defined:
		return nil, event.ErrStreamNotFound
	case s.taken[wanted]:
		return nil, nil
	case inCourse >= s.capacity:
		return nil, &event.Rejection{Code: "course_full", Detail: "all places of the course are taken"}
	case ofStudent >= MostCourses:
		return nil, &event.Rejection{Code: "too_many_courses", Detail: "the student takes part in the largest possible number of courses"}
	}
	return []event.Event{wanted}, nil
}
