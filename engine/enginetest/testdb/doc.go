// Package testdb gives every test a PostgreSQL database of its own, cloned from a migrated
// template. The server is the one of TEST_DATABASE_URL, or one for the test binary alone: of this
// machine's PostgreSQL, or else in a container.
//
// Making databases and logins for tests belongs here. Running a server does not: that is
// engine/enginetest/devdb, or engine/enginetest/testdb/container. In reading order:
// connect.go runs a statement, server.go finds the server, clone.go copies a database,
// template.go migrates the template once, testdb.go gives a test its database and logins.go its
// logins; example.go is for functions that show something and are given no test.
//
// Databases may be made by many tests at once, and go with them. It must never skip a test:
// without a server the test fails.
package testdb
