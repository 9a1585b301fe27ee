// Package prove runs the two verifications that the service itself provides. One compares the log
// with its hash chain. The other compares the events that the projections were given with the log.
package prove
