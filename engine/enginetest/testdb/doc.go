// Package testdb gives every test a PostgreSQL database of its own, cloned from a migrated
// template. The server is that of TEST_DATABASE_URL, or one for this test binary alone: of this
// machine's PostgreSQL, or else in a container.
//
// Making databases and logins for tests belongs here. Running a server does not: that is
// engine/enginetest/devdb, or engine/enginetest/testdb/container. In reading order: connect.go runs
// a statement, server.go finds the server, clone.go copies a database, template.go migrates the
// template once, testdb.go gives a test its database and logins.go its logins; example.go is for
// Example functions, which have no testing.TB.
//
// Many tests may make databases at once; each is dropped with its test. It must never skip a test:
// without a server the test fails.
package testdb
