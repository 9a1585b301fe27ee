// Package container runs PostgreSQL in a Docker container, by the library testcontainers-go.
//
// Code that starts and ends the container belongs in container.go. Code that creates databases in
// the server belongs in engine/enginetest/testdb. Only tests and the program
// engine/enginetest/testdb/container/serve, which tools/dev starts, may import package container. A
// program that goes to production must never import it.
package container
