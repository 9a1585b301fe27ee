// Package bench measures the contestants of one contest (a benchmark) alternately. Package bench
// starts the programs that receive the load, and measures their rates, processor time and lag.
package bench
