// Package cluster has what PostgreSQL calls a database cluster: the data of one server, in a
// directory, with the server's log and the URL of its last start.
//
// Making the data with initdb, keeping its password, and stopping a server that was left running on
// it belong here. Starting a server does not: that is engine/enginetest/devdb. In reading order:
// cluster.go has the directory, url.go the URL, initdb.go makes the data, left.go stops a server
// that an earlier run has left.
//
// It must never let anybody in without a password, nor leave half of a cluster in place.
package cluster
