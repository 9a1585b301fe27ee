// Package gotool has go build the programs of this clone, shows how far that is, and says when
// to stop. cmd/dev stands on it: it must never import anything but the standard library.
package gotool
