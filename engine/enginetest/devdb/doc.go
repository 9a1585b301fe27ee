// Package devdb answers one question: how does a developer get a PostgreSQL with nothing but its
// binaries? It starts a server, and ends it together with the program that asked for it.
//
// Running a server for development and tests belongs here. A database's content does not: schemas
// and clones are engine/enginetest/testdb. A start needs, in this order:
// engine/enginetest/devdb/shell unsets the shell's variables that name other servers,
// engine/enginetest/devdb/binaries finds the programs, engine/enginetest/devdb/install downloads
// them, engine/enginetest/devdb/platform says which account runs them,
// engine/enginetest/devdb/datadir has the directory, engine/enginetest/devdb/cluster makes the data
// in it, and engine/enginetest/devdb/reaper ends the server. With engine/enginetest/devdb/fakeclock
// the server may have a clock of its own.
//
// In reading order: server.go has a server and ends it; ready.go waits for it, launch.go starts its
// process, serve.go finds it a port; devdb.go starts a server and standby.go a replica of one;
// crash.go kills a server and starts it again.
//
// The caller must end the server's process. It must never be part of a program that goes to
// production, never listen beyond 127.0.0.1, and never let anybody in without a password.
package devdb
