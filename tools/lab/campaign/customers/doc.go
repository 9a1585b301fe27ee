// Package customers compares the answers about customers with the log. Clients got some of these
// answers during a run, and the other answers at its end.
package customers
