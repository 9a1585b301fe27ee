// Package prove runs the service's own verifications. One compares the log with its hash chain, the
// other compares the events that projections were given with the log.
package prove
