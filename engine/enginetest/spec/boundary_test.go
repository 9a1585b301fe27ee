package spec_test

import (
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/enginetest/courses"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
)

// The rules of the package courses: a course has a capacity, and a student has at most MostCourses
// courses.
func TestSubscribe(t *testing.T) {
	t.Parallel()
	small := courses.Defined{Course: "small", Capacity: 2}
	full := []event.Event{small, courses.Subscribed{Course: "small", Student: "a"}, courses.Subscribed{Course: "small", Student: "b"}}
	busy := []event.Event{small}
	for _, other := range []string{"1", "2", "3", "4", "5"} {
		busy = append(busy, courses.Defined{Course: other, Capacity: 9}, courses.Subscribed{Course: other, Student: "c"})
	}
	when := courses.Subscribe{Course: "small", Student: "c"}
	then := courses.Subscribed{Course: "small", Student: "c"}
	s := spec.NewBoundary(t, courses.Subscription)
	s.Allows("a course with places", full[:2], when, then)
	s.Allows("a course that was full", append(full[:3:3], courses.Unsubscribed{Course: "small", Student: "a"}), when, then)
	s.Allows("a course that has grown", append(full[:3:3], courses.Resized{Course: "small", Capacity: 3}), when, then)
	s.Allows("a student with four courses", busy[:9], when, then)
	s.Quiet("the same subscription again", []event.Event{small, then}, when)
	s.Refuses("a course that is full", full, when, "course_full")
	s.Refuses("a student with five courses", busy, when, "too_many_courses")
	s.Refuses("a course that does not exist", busy[1:], when, spec.NotFound)
}

// If the log would refuse the events of a case, or if the query does not select them, a Boundary
// makes the test fail.
func TestBoundaryFailsWhatTheLogRefuses(t *testing.T) {
	t.Parallel()
	r := &recorder{TB: t}
	subscribed := courses.Subscribed{Course: "small", Student: "c"}
	s := spec.NewBoundary(t, courses.Subscription)
	s.Check(r, []event.Event{courses.Defined{Course: "other", Capacity: 2}}, courses.Subscribe(subscribed), []event.Event{subscribed}, "")
	r.says("a course with another tag", spec.NotFound)

	registered := guest.Registered{Name: event.Private("Ford")}
	spec.NewBoundary(t, boundary.Boundary[bool, string]{
		Query:  func(string) []event.Item { return []event.Item{{Tags: []string{"guests:all"}}} },
		Evolve: func(bool, event.Event) bool { return true },
		Decide: func(bool, string) ([]event.Event, error) { return []event.Event{registered}, nil },
		Stream: func(string) (string, uuid.UUID) { return "guest", uuid.Max },
	}).Check(r, nil, "Ford", []event.Event{registered}, "")
	r.says("an event with personal data", "has personal data")
}
