// Package readmodels compares the read models with the fold of the log (the state that results from
// all events).
package readmodels
