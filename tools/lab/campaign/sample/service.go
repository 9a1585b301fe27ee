//go:build linux

package sample

// The subjects of the tokens. All accounts and customers belong to the first subject, and the
// second subject must not see them.
const (
	Subject  = "campaign"
	Stranger = "stranger"
)

// InClear is part of the owner of most accounts, and is stored unencrypted. A search that does not
// find this text in a place where events are stored did not work.
const InClear = "wxkjqzvy"

// SnapshotKey is the setting with the secret with which the campaign's programs authenticate
// snapshots.
const SnapshotKey = "SNAPSHOT_KEY=the campaign's, of thirty-two bytes or more"

// Projections is the number of projections of the service. All other projections of a campaign are
// copies.
const Projections = 3

const (
	Programs = 3          // number of API processes, and also of projectors
	Service  = "service_" // prefix of the logins of the API and the projector
)
