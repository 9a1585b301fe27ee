// Package install gets PostgreSQL on a machine that has none, where that takes no decision of the
// developer's: from the packages of Debian and Ubuntu. Elsewhere it says what to type.
//
// Downloading, installing and unpacking belong here. Finding what is there does not: that is
// engine/enginetest/devdb/binaries. In reading order: install.go decides how, package.go installs
// as root, unpack.go unpacks into the cache of a user who may not install, apt.go runs apt-get.
//
// It must never start a cluster, change one that is there, or ask for a right that its user lacks.
package install
