//go:build linux

package sample

// The subjects of the tokens. All accounts and customers belong to the first subject. The second
// subject must not see these accounts and customers.
const (
	Subject  = "campaign"
	Stranger = "stranger"
)

// InClear is part of the owner's name of most accounts. These names are stored unencrypted. The
// campaign searches every place where events are stored for InClear. If a search does not find this
// text, the search did not work.
const InClear = "wxkjqzvy"

// SnapshotKey is an environment setting with the secret by which the service's programs
// authenticate snapshots.
const SnapshotKey = "SNAPSHOT_KEY=the campaign's, of thirty-two bytes or more"

// Projections is the number of projections of the service. All other projections of a campaign are
// those of package copies.
const Projections = 3

const (
	Programs = 3          // number of API processes, and also of projectors
	Service  = "service_" // prefix of the logins of the API and the projector
)
