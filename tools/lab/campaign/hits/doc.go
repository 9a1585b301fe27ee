// Package hits says when each process was hit by a fault, or had just been.
package hits
