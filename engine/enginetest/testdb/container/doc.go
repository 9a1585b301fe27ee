// Package container runs PostgreSQL in a Docker container, by testcontainers-go.
//
// Starting and ending the container belongs here, in container.go. Databases in it do not: those
// are engine/enginetest/testdb. It is for tests, and for its program
// engine/enginetest/testdb/container/serve, which tools/dev starts. A program that goes to
// production must never import it.
package container
