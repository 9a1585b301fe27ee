// Package install installs PostgreSQL from the packages of Debian or Ubuntu, on a machine that has
// none, if the developer need not decide anything. On other systems its error says what to type.
//
// Put code that downloads, installs and unpacks in this package. The search for installed programs
// belongs in engine/enginetest/devdb/binaries. In reading order: install.go chooses the way,
// package.go installs as root, unpack.go unpacks into the cache of a user who may not install,
// apt.go runs apt-get.
//
// Package install must never start a cluster, change an existing one, or ask for a right that its
// user lacks.
package install
