// Package prove runs the service's own verifications: of the chain over the log, and of the events
// that projections applied.
package prove
