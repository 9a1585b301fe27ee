// Package readmodels compares the read models with the fold of the log, which is the state that all
// events yield.
package readmodels
