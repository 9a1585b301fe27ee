// Package binaries finds the programs of a PostgreSQL installation on this machine.
//
// Code that searches the usual directories, checks that the programs start and are new enough, and
// returns their environment belongs in this package. Code that downloads the programs belongs in
// engine/enginetest/devdb/install. In reading order: binaries.go describes the programs and their
// environment, find.go searches for them, unpacked.go finds the programs that package install has
// unpacked into the user's cache.
//
// Package binaries must never pass a variable of the developer's shell to a program of PostgreSQL.
package binaries
