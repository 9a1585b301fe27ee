// Package testdb gives every test its own PostgreSQL database, which is cloned from a migrated
// template. The variable TEST_DATABASE_URL names the server. Without this variable, each test
// binary starts its own server: with the PostgreSQL programs of this machine or, if the machine has
// no such programs, in a container.
//
// Code that creates databases and logins for tests belongs in this package. Code that runs servers
// belongs in engine/enginetest/devdb and engine/enginetest/testdb/container. In reading order:
// connect.go runs a statement, server.go finds the server, clone.go copies a database, template.go
// migrates the template once, testdb.go gives a test its database, and logins.go gives a test its
// logins. example.go is for Example functions, which have no testing.TB.
//
// Package testdb is safe for concurrent use. A database is dropped when its test ends. Package
// testdb must never skip a test: if there is no server, the test fails.
package testdb
