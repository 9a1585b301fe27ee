// Package mounts runs this program once more with mounts of its own, so that a small disk ends
// with it.
package mounts
