//go:build linux

package seats

import (
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
)

// Attempts checks the answers that the students got. For each success, the log must have one event,
// at the position in the answer; but a success has no event if the student was already in the
// course. An attempt that was refused, or whose answer says that nothing was done, has no event. An
// attempt with an unknown result has at most one event. The refusal that a course is full, or that
// a student has too many courses, is right only if enough subscriptions were sent before the
// answer.
func Attempts(e *evidence.Evidence, v *evidence.Verdict) {
	l := indexOf(e.History)
	for key, tried := range l.tried {
		v.Looked++
		caused, unknown := l.caused[key], 0
		last := tried[len(tried)-1]
		for _, one := range tried {
			switch one.Ended {
			case history.Subscribed:
				l.holds(v, one, caused)
			case history.UnknownDone:
				unknown++
			case history.CourseFull, history.TooMany, history.NoCourse:
				l.refuses(v, one)
			case history.NothingDone:
			}
		}
		if succeeded := last.Ended == history.Subscribed; !succeeded && len(caused) > min(unknown, 1) {
			v.Violated("the attempt %s of %s was answered %q, and is in the log %d times", key, last.Student, last.Ended, len(caused))
		}
	}
	for key, caused := range l.caused {
		if len(l.tried[key]) == 0 {
			v.Violated("nobody has tried what is at position %d of the courses", caused[0].Position)
		}
	}
}

// index contains the attempts, and the subscriptions in the log. Both are in maps whose keys are
// the idempotency keys of the attempts.
type index struct {
	log    []history.CourseEvent
	tried  map[string][]history.Attempt
	caused map[string][]history.CourseEvent
	places map[string]int // of each course in the log
}

func indexOf(h *history.History) index {
	l := index{h.Courses, make(map[string][]history.Attempt), make(map[string][]history.CourseEvent), make(map[string]int)}
	for _, one := range h.Attempts {
		l.tried[one.Key.String()] = append(l.tried[one.Key.String()], one)
	}
	for _, recorded := range h.Courses {
		if recorded.Kind == Defined {
			l.places[recorded.Course] = recorded.Capacity
			continue
		}
		l.caused[recorded.Key] = append(l.caused[recorded.Key], recorded)
	}
	return l
}

// holds checks that the log has the subscription of an attempt that succeeded.
func (l index) holds(v *evidence.Verdict, one history.Attempt, caused []history.CourseEvent) {
	isOwn := func(recorded history.CourseEvent) bool {
		return recorded.Kind == Subscribed && recorded.Course == one.Course && recorded.Student == one.Student
	}
	switch len(caused) {
	case 0:
		if !slices.ContainsFunc(l.log, func(recorded history.CourseEvent) bool { return isOwn(recorded) && recorded.Position <= one.Position }) {
			v.Violated("%s was answered to be in %s as of position %d, and is not", one.Student, one.Course, one.Position)
		}
	case 1:
		if !isOwn(caused[0]) || caused[0].Position != one.Position {
			v.Violated("%s subscribed to %s at position %d, says the answer; there is %s of %s at %d", one.Student, one.Course, one.Position, caused[0].Course, caused[0].Student, caused[0].Position)
		}
	default:
		v.Violated("%s subscribed to %s %d times by one attempt", one.Student, one.Course, len(caused))
	}
}

// refuses checks that a refusal may be right. A student never leaves a course. So the refusal that
// a course is full may be right if enough subscriptions to this course were sent before the answer.
// The refusal that a student has too many courses may be right if enough subscriptions of this
// student were sent before the answer.
func (l index) refuses(v *evidence.Verdict, one history.Attempt) {
	students, courses := 0, 0
	for _, recorded := range l.log {
		if recorded.Kind != Subscribed || l.begun(recorded) > one.Done {
			continue
		}
		if recorded.Course == one.Course {
			students++
		}
		if recorded.Student == one.Student {
			courses++
		}
	}
	switch {
	case one.Ended == history.CourseFull && students < l.places[one.Course]:
		v.Violated("%s was refused, because %s is full: at most %d of %d places were taken", one.Student, one.Course, students, l.places[one.Course])
	case one.Ended == history.TooMany && courses < mostCourses:
		v.Violated("%s was refused, because of too many courses: there were at most %d", one.Student, courses)
	}
}

// begun returns the time at which the first attempt of a subscription was sent.
func (l index) begun(recorded history.CourseEvent) time.Duration {
	if tried := l.tried[recorded.Key]; len(tried) > 0 {
		return tried[0].Sent
	}
	return 0
}
