// Package bench measures the contestants (programs or configurations) of one benchmark alternately.
// Package bench starts the programs that receive the load, and measures their rates, processor time
// and lag.
package bench
