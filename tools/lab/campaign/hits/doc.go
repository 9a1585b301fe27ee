// Package hits computes the times in which each process had a fault, or had one shortly before.
package hits
