// Package container runs PostgreSQL in a Docker container, by testcontainers-go.
//
// Put code that starts and ends the container in container.go. Code that creates databases in the
// server belongs in engine/enginetest/testdb. Package container is for tests, and for its program
// engine/enginetest/testdb/container/serve, which tools/dev starts. A program that goes to
// production must never import package container.
package container
