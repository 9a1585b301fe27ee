// Package install installs PostgreSQL on a machine that has none, if the developer need not decide
// anything: from the packages of Debian and Ubuntu. Elsewhere it says what to type.
//
// Downloading, installing and unpacking belong here. Finding what is installed does not: that is
// engine/enginetest/devdb/binaries. In reading order: install.go decides how, package.go installs
// as root, unpack.go unpacks into the cache of a user who may not install, apt.go runs apt-get.
//
// It must never start a cluster, change an existing one, or ask for a right that its user lacks.
package install
