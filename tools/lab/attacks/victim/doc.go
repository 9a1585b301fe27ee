// Package victim is a client other than the attacker. The client uses the service at a low rate,
// and measures the answers and their times.
package victim
