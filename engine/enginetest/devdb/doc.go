// Package devdb runs a PostgreSQL server for development and tests, with the PostgreSQL programs of
// this machine. The server ends together with the program that has started it.
//
// Code that runs such a server belongs in this package. Code for the content of databases, such as
// schemas and clones, belongs in engine/enginetest/testdb. A start uses these packages, in this
// order: engine/enginetest/devdb/shell unsets the shell's variables that name other servers;
// engine/enginetest/devdb/binaries finds the programs; engine/enginetest/devdb/install downloads
// them; engine/enginetest/devdb/platform chooses the account that runs them;
// engine/enginetest/devdb/datadir provides the directory; engine/enginetest/devdb/cluster creates
// the data in it; and engine/enginetest/devdb/reaper ends the server. With
// engine/enginetest/devdb/fakeclock a test can shift the clock of the server.
//
// In reading order: server.go has the type Server and ends a server; ready.go waits until a server
// is ready; launch.go starts its process; serve.go finds a port for it; devdb.go starts a server;
// standby.go starts a replica of a server; crash.go kills a server and starts it again.
//
// The caller must stop the server. Package devdb must never be part of a program that goes to
// production. The server must listen only on 127.0.0.1, and must require a password.
package devdb
