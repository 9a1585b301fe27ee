//go:build linux

package checks

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/history"
)

// addCourses adds a log of courses without violations, and the attempts of students to subscribe to
// these courses. The first course has two places, and every other course has one place. The student
// Ada takes part in as many courses as a student may. The answer to one attempt was lost, so the
// attempt was repeated.
func addCourses(h *history.History) {
	for n := range 6 {
		h.Courses = append(h.Courses, history.CourseEvent{Position: int64(n) + 1, Kind: "course.defined", Course: courseOf(n), Capacity: max(1, 2-n), Tags: []string{"course:" + courseOf(n)}})
	}
	for n := range 5 {
		if n == 1 {
			tried(h, courseOf(n), "ada", history.UnknownDone)
			h.Attempts[len(h.Attempts)-1].Key = subscribed(h, courseOf(n), "ada").Key
			continue
		}
		subscribed(h, courseOf(n), "ada")
	}
	subscribed(h, courseOf(0), "bob")
	again := tried(h, courseOf(0), "ada", history.Subscribed) // she is in the course already
	again.Position = int64(len(h.Courses))
	tried(h, courseOf(0), "cid", history.CourseFull)
	tried(h, courseOf(5), "ada", history.TooMany)
	tried(h, courseOf(6), "cid", history.NoCourse)
	tried(h, courseOf(5), "cid", history.NothingDone)
	tried(h, courseOf(5), "cid", history.UnknownDone)
}

func courseOf(n int) string { return fmt.Sprint("course ", n) }

// tried adds an attempt of a student to subscribe to a course.
func tried(h *history.History, course, student string, ended history.Ending) *history.Attempt {
	at := time.Duration(len(h.Attempts)) * time.Second
	h.Attempts = append(h.Attempts, history.Attempt{Key: uuid.New(), Course: course, Student: student, Sent: at, Done: at + time.Millisecond, Ended: ended})
	return &h.Attempts[len(h.Attempts)-1]
}

// subscribed adds a successful attempt with its event.
func subscribed(h *history.History, course, student string) *history.Attempt {
	one := tried(h, course, student, history.Subscribed)
	one.Position = int64(len(h.Courses)) + 1
	h.Courses = append(h.Courses, history.CourseEvent{Position: one.Position, Kind: "course.subscribed", Course: course, Student: student, Key: one.Key.String(), Tags: []string{"course:" + course, "student:" + student}})
	return one
}

// attemptOf returns the first attempt that ended in the given way.
func attemptOf(h *history.History, ended history.Ending) *history.Attempt {
	return &h.Attempts[slices.IndexFunc(h.Attempts, func(a history.Attempt) bool { return a.Ended == ended })]
}

// The service enforces the rules about courses by append conditions on tags. This test changes a
// history so that it violates such a rule, and a check must find the violation.
func TestDoctoredCoursesAreFound(t *testing.T) {
	t.Parallel()
	last := func(h *history.History) *history.CourseEvent { return &h.Courses[len(h.Courses)-1] }
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history.History)
	}{
		"a course is overbooked":             {"courses", func(h *history.History) { subscribed(h, courseOf(0), "cid") }},
		"a student is in too many courses":   {"courses", func(h *history.History) { subscribed(h, courseOf(5), "ada") }},
		"a student is in a course twice":     {"courses", func(h *history.History) { h.Courses[0].Capacity = 3; subscribed(h, courseOf(0), "bob") }},
		"a student is in a course of before": {"courses", func(h *history.History) { h.Courses[0], h.Courses[6] = h.Courses[6], h.Courses[0] }},
		"a course is defined twice":          {"courses", func(h *history.History) { h.Courses[1].Course = courseOf(0); h.Courses[1].Tags = h.Courses[0].Tags }},
		"an event lacks a tag":               {"courses", func(h *history.History) { last(h).Tags = last(h).Tags[:1] }},
		"the log of the courses has a hole":  {"courses", func(h *history.History) { last(h).Position++ }},
		"the log of the courses is empty":    {"courses", func(h *history.History) { h.Courses = nil }},
		"a subscription is lost":             {"attempts", func(h *history.History) { h.Courses = h.Courses[:len(h.Courses)-1] }},
		"a subscription is somebody else's":  {"attempts", func(h *history.History) { last(h).Student = "cid" }},
		"a subscription is elsewhere":        {"attempts", func(h *history.History) { last(h).Position++ }},
		"a subscription took effect twice":   {"attempts", func(h *history.History) { subscribed(h, courseOf(5), "bob"); last(h).Key = h.Courses[6].Key }},
		"a refused subscription is in the log": {"attempts", func(h *history.History) {
			subscribed(h, courseOf(5), "cid")
			last(h).Key = attemptOf(h, history.CourseFull).Key.String()
		}},
		"nothing was done, and it is in the log": {"attempts", func(h *history.History) {
			subscribed(h, courseOf(5), "cid")
			last(h).Key = attemptOf(h, history.NothingDone).Key.String()
		}},
		"a subscription that nobody tried":        {"attempts", func(h *history.History) { last(h).Key = uuid.NewString() }},
		"a student in no course was told to be":   {"attempts", func(h *history.History) { tried(h, courseOf(5), "bob", history.Subscribed).Position = 12 }},
		"a course with a free place was full":     {"attempts", func(h *history.History) { attemptOf(h, history.CourseFull).Course = courseOf(5) }},
		"a course was full before it was":         {"attempts", func(h *history.History) { attemptOf(h, history.CourseFull).Done = 0 }},
		"a student with few courses had too many": {"attempts", func(h *history.History) { attemptOf(h, history.TooMany).Student = "bob" }},
		"an unknown attempt took effect twice": {"attempts", func(h *history.History) {
			subscribed(h, courseOf(5), "cid")
			h.Courses = append(h.Courses, *last(h))
			key := h.Attempts[len(h.Attempts)-2].Key.String()
			h.Courses[len(h.Courses)-2].Key, last(h).Key = key, key
		}},
	} {
		finds(t, name, doctored.check, doctored.harm)
	}
}
