// Package seats checks the log of the courses, in which students subscribe to courses under
// conditions on tags. It also checks the answers that the students got.
package seats
