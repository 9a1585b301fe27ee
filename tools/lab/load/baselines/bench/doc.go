// Package bench measures the sides of one contest in turns: the target of the load, its processor
// time and its lag.
package bench
