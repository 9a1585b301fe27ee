// Package courses answers one question: what does a decision over a boundary look like? It is the
// example of dcb.events: students subscribe to courses; a course has a capacity, and a student
// subscribes to at most MostCourses courses. No single stream could hold both rules.
//
// courses.go has the events, with their tags; subscribe.go has the commands and the Boundary.
//
// Package courses has no table and starts no goroutine. Only tests may import it, and programs that
// test: tests of engine/command/boundary run it without a database, and engine/test/boundary on
// PostgreSQL. Its functions must never read anything but their arguments.
package courses
