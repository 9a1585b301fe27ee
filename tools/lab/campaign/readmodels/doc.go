// Package readmodels compares the read models with the fold of the log (the state after all
// events).
package readmodels
