// Package readmodels compares read models with the fold of the log.
package readmodels
