// Package container runs PostgreSQL in a Docker container, by testcontainers-go.
//
// Starting and ending the container belongs here, in container.go. Databases in it do not: those
// are engine/enginetest/testdb. It is for tests, and for its program
// engine/enginetest/testdb/container/serve, which tools/dev starts: it must never be imported by a
// program that goes to production.
package container
