// Package mounts runs this program again in a private mount namespace, so that the kernel unmounts
// the small disk when the program ends.
package mounts
