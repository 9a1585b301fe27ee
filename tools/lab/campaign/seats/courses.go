//go:build linux

package seats

import (
	"slices"

	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
)

// These constants are the stored names of the two types of events, and the largest number of
// courses of a student.
const (
	Defined     = "course.defined"
	Subscribed  = "course.subscribed"
	mostCourses = 5
)

// Courses checks the two rules of the courses at each position of the log: no course has more
// students than places, and no student has too many courses. Each event must have its tags, because
// an append condition finds only events with tags.
func Courses(e *evidence.Evidence, v *evidence.Verdict) {
	places, students, courses := make(map[string]int), make(map[string]int), make(map[string]int)
	subscribed := make(map[seat]bool)
	for n, recorded := range e.History.Courses {
		v.Looked++
		if recorded.Position != int64(n)+1 {
			v.Violated("in the log of the courses, position %d comes where %d is due", recorded.Position, n+1)
		}
		if !slices.Equal(recorded.Tags, tagsOf(recorded)) {
			v.Violated("position %d of the courses has the tags %q", recorded.Position, recorded.Tags)
		}
		if recorded.Kind == Defined {
			if _, twice := places[recorded.Course]; twice {
				v.Violated("%s is defined again at position %d", recorded.Course, recorded.Position)
			}
			places[recorded.Course] = recorded.Capacity
			continue
		}
		one := seat{recorded.Course, recorded.Student}
		if subscribed[one] {
			v.Violated("%s is in %s already, and subscribed again at position %d", one.student, one.course, recorded.Position)
		}
		subscribed[one] = true
		if students[one.course]++; students[one.course] > places[one.course] {
			v.Violated("%s has %d places, and %d students at position %d", one.course, places[one.course], students[one.course], recorded.Position)
		}
		if courses[one.student]++; courses[one.student] > mostCourses {
			v.Violated("%s has %d courses at position %d", one.student, courses[one.student], recorded.Position)
		}
	}
}

// seat says that a student is in a course.
type seat struct{ course, student string }

// tagsOf returns the tags that an event must have, in order.
func tagsOf(recorded history.CourseEvent) []string {
	tags := []string{"course:" + recorded.Course}
	if recorded.Kind == Subscribed {
		tags = append(tags, "student:"+recorded.Student)
	}
	return tags
}
