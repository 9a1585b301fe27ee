// Package victim is a client other than the attacker: it uses the service at a modest rate, and
// measures the answers and their times.
package victim
