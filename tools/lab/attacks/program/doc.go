// Package program builds the service's programs, and starts each of them and waits until it is
// ready.
package program
