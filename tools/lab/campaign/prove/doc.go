// Package prove runs the service's own proofs: of its chain over the log, and of what projections
// applied.
package prove
