// Package bench measures the sides of one contest in turns: what takes load, its processor time
// and its lag.
package bench
