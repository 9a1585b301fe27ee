//go:build linux

package sample

// The subjects: all accounts and customers belong to one, and the other must not see them.
const (
	Subject  = "campaign"
	Stranger = "stranger"
)

// InClear is in the label of most accounts, which is stored unencrypted. A search that does not
// find this text where events are stored has not worked.
const InClear = "wxkjqzvy"

// SnapshotKey is the secret by which the campaign's programs authenticate snapshots.
const SnapshotKey = "SNAPSHOT_KEY=the campaign's, of thirty-two bytes or more"

// Projections is how many projections the service has. The other projections of a campaign are
// copies.
const Projections = 3

const (
	Programs = 3          // API processes, and as many projectors
	Service  = "service_" // what the logins of API and projector begin with
)
