// Package program builds and starts the service's programs, and waits until each program is ready.
package program
