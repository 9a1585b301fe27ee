// Package prove runs the service's own verifications. One verification compares the log with its
// hash chain. A second verification compares the events that were given to the projections with the
// log.
package prove
