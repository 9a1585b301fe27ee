// Package binaries finds the programs of a PostgreSQL installation on this machine.
//
// Looking where systems put them, proving that they start and are new enough, and the environment
// that they run with belong here. Downloading them does not: that is
// engine/enginetest/devdb/install. In reading order: binaries.go has the programs and their
// environment, find.go looks for them, unpacked.go finds those that install has unpacked into the
// user's cache.
//
// It must never pass a variable of the developer's shell to a program of PostgreSQL.
package binaries
