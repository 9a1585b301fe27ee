// Package prove runs the two verifications that the service itself provides. The first verification
// compares the log with its hash chain. The second verification checks that each projection was
// given every event of the log.
package prove
