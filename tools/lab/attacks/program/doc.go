// Package program builds the service's programs and runs them, each until it is ready.
package program
