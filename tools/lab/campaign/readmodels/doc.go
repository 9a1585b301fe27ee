// Package readmodels compares the read models with the fold of the log.
package readmodels
