// Package hits computes when each process was hit by a fault, or had just been.
package hits
