// Package prove runs the service's own verifications. One verification compares the log with its
// hash chain. The other verification compares the events that projections were given with the log.
package prove
