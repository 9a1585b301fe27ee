// Package mounts runs this program again in a private mount namespace, so that the small disk is
// unmounted when the program ends.
package mounts
