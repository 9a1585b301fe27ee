// Package devdb answers one question: how does a developer get a PostgreSQL with nothing but its
// binaries? It finds them, makes a cluster in a folder, starts it, and ends it with the program
// that asked.
//
// Running a server for development and tests belongs here. A database's content does not: schemas
// and clones are engine/enginetest/testdb. In reading order: devdb.go starts a server and ends it;
// find.go finds the binaries, install.go and unpack.go get them from packages; account.go says
// which account runs them; fresh.go makes the server's folder, keep.go keeps one between runs,
// cluster.go makes the cluster in it; serve.go starts the process and ready.go waits for it;
// reaper.go ends a server whose program was killed, stale.go deals with one that nobody has ended;
// standby.go adds a replica.
//
// The server's process is the caller's to end. It must never be part of a program that goes to
// production, never listen beyond 127.0.0.1, and never let anybody in without a password.
package devdb
