// Package bench measures the contestants of one contest alternately. It starts the programs that
// receive the load, and measures their rates, processor time and lag.
package bench
