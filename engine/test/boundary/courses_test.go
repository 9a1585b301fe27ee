package boundary_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/enginetest/courses"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
)

// Students subscribe to courses at the same time, by three handlers with separate connections, as
// in three processes. No course gets more students than its capacity allows, and no student gets
// more than five courses.
func TestCoursesAreNeverOverbooked(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	handlers := make([]*boundary.Handler[courses.State, courses.Subscribe], 3)
	store := rig.Store(t, rig.Connect(t, url), courses.Decode)
	for i := range handlers {
		handlers[i] = boundary.NewHandler(rig.Store(t, rig.Connect(t, url), courses.Decode), courses.Subscription)
	}
	const students, capacity = 12, 7
	for n := range 8 {
		course := fmt.Sprint("c", n)
		_, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{
			{Type: "course", ID: courses.ID(course), Events: []event.Event{courses.Defined{Course: course, Capacity: capacity}}},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for student := range students {
		all.Go(func() {
			for _, course := range rand.Perm(8) {
				subscribe(t, handlers[rand.IntN(3)], courses.Subscribe{Course: fmt.Sprint("c", course), Student: fmt.Sprint("s", student)})
			}
		})
	}
	all.Wait()
	inCourse, ofStudent := map[string]int{}, map[string]int{}
	for n := range students {
		items := []event.Item{{Tags: []string{fmt.Sprint("student:s", n)}}}
		if _, err := store.Matching(t.Context(), items, 0, func(e event.Recorded) error {
			subscribed, _ := e.Event.(courses.Subscribed)
			inCourse[subscribed.Course]++
			ofStudent[subscribed.Student]++
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	for course, n := range inCourse {
		if n > capacity {
			t.Errorf("course %s has %d students", course, n)
		}
	}
	for student, n := range ofStudent {
		if n > courses.MostCourses {
			t.Errorf("student %s has %d courses", student, n)
		}
	}
	full := 0
	for _, n := range inCourse {
		if n == capacity {
			full++
		}
	}
	if full == 0 {
		t.Error("no course is full: the test has not tested its limit")
	}
}

// subscribe repeats a command while it has a conflict with a command of another handler, up to
// fifty times.
func subscribe(t *testing.T, h *boundary.Handler[courses.State, courses.Subscribe], c courses.Subscribe) {
	for range 50 {
		_, err := h.Handle(t.Context(), c, boundary.Request{})
		if errors.Is(err, event.ErrConflict) {
			continue
		}
		if _, refused := errors.AsType[*event.Rejection](err); err != nil && !refused {
			t.Error(err)
		}
		return
	}
	t.Errorf("%v: the boundary changed too often", c)
}
