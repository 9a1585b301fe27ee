//go:build linux

package sample

// The subjects: accounts and customers are one's, and nobody else is to see them.
const (
	Subject  = "campaign"
	Stranger = "stranger"
)

// InClear is in the label of most accounts, which is kept in clear: whoever looks for a text, and does not find this one where
// events are, has not looked.
const InClear = "wxkjqzvy"

// SnapshotKey is what the campaign's programs authenticate snapshots by.
const SnapshotKey = "SNAPSHOT_KEY=the campaign's, of thirty-two bytes or more"

// Projections is how many projections the service has. The others of a campaign are copies.
const Projections = 3

const (
	Programs = 3          // API processes, and as many projectors
	Service  = "service_" // what the logins of API and projector begin with
)
