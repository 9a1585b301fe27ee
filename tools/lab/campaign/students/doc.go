// Package students lets students subscribe to courses, by appends with conditions on tags. The
// courses have a separate database on the campaign's PostgreSQL servers, so the faults of these
// servers affect the students, too. The students append through three stores of events
// (eventlog.Store), as in three API processes. Each store has a separate wire (a TCP proxy) to the
// database.
package students
