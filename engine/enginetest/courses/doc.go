// Package courses answers one question: what does a decision over a boundary look like? It contains
// the example of the web site dcb.events: students subscribe to courses. A course has a capacity,
// and a student subscribes to at most MostCourses courses. No single stream contains all events
// that both rules need.
//
// courses.go has the events, with their tags; subscribe.go has the commands and the Boundary.
//
// Package courses has no table and starts no goroutine. Only tests and test programs may import it.
// The tests of engine/command/boundary use it without a database, and those of engine/test/boundary
// use it on PostgreSQL. Its functions must never read anything but their arguments.
package courses
