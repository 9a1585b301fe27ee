// Package students lets students subscribe to courses under conditions on tags, in a database of
// their own on the campaign's PostgreSQL servers. So the faults of these servers affect the students,
// too. Each of three logs, which stand for three processes, has its own wire to the database.
package students
