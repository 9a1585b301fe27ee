// Package install installs PostgreSQL from the packages of Debian or Ubuntu. It does so only if the
// machine has no PostgreSQL and the installation needs no decision of the developer. On other
// systems it returns an error that says which command to type.
//
// Code that downloads, installs and unpacks PostgreSQL belongs in this package. The search for
// installed programs belongs in engine/enginetest/devdb/binaries. In reading order: install.go
// chooses between installing and unpacking, package.go installs as root, unpack.go unpacks into the
// cache of a user who may not install, apt.go runs apt-get.
//
// Package install must never start a cluster, change an existing cluster, or ask for a right that
// its user lacks.
package install
