// Package seats checks the log of the courses. Students subscribe to courses by appends with
// conditions on tags. It also checks the answers that the students got.
package seats
