// Package cluster manages the directory of one PostgreSQL server. The directory contains the data
// (a database cluster in PostgreSQL's terms), the log, and the URL that the server had when it ran
// last.
//
// Three kinds of code belong in this package: code that creates the data with initdb, code that
// stores the password, and code that stops a server of an earlier run that still uses the data. The
// start of a server belongs in engine/enginetest/devdb. In reading order: cluster.go has the
// directory, url.go the URL, initdb.go creates the data, left.go stops a server of an earlier run.
//
// A server on a Cluster must always require a password. Package cluster must never leave an
// incomplete cluster in its final directory.
package cluster
