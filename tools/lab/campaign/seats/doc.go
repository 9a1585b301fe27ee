// Package seats checks the log of the courses. Students subscribe to courses by appends with
// conditions on tags. Package seats also checks the answers that the students got.
package seats
