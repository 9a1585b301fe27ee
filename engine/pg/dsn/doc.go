// Package dsn reads the URL of a database: the server that the URL names and the parameters that it
// sets. Package dsn also checks whether a parameter contradicts a guarantee.
//
// Code that needs only the URL and no server belongs in this package: it parses the URL, sets the
// parameters of all sessions, and removes the URL from errors. Checks that need the server belong
// in engine/pg/settings and engine/pg/pooler.
//
// In reading order: config.go makes the configuration of a pool from a URL; parameters.go reads the
// parameters that the URL and the environment variable PGOPTIONS set; names.go has the names of
// parameters; hide.go removes the URL from errors; encrypted.go lists the machines to which a
// connection may go without TLS.
//
// The package starts no goroutine, and sends nothing to a server. An error of the package must
// never contain a URL, because a URL has a password.
package dsn
