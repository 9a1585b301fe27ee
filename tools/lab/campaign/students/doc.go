// Package students lets students subscribe to courses, by appends with conditions on tags. The
// courses have a separate database on the campaign's PostgreSQL servers, so the faults of these
// servers affect the students, too. Three logs append to this database, like the logs of three
// processes. Each has its own wire (a TCP proxy) to the database.
package students
