//go:build linux

package sample

import (
	"github.com/google/uuid"
)

// These constants are the subjects of the clients' tokens. Most customers and accounts belong to
// the first subject, and all others to the neighbor. Nothing belongs to the stranger.
const (
	Subject  = "campaign"
	Neighbor = "neighbor"
	Stranger = "stranger"
)

// Other returns the other one of the two subjects that have accounts.
func Other(subject string) string {
	if subject == Subject {
		return Neighbor
	}
	return Subject
}

// These constants are the scopes of the tokens. Clients have Scopes. Subscribers that see the
// events of all subjects have OperateScopes.
const (
	Scopes        = "accounts:read accounts:write"
	OperateScopes = "accounts:read operate"
)

// CurrencyOf returns the currency of an account. One account in eight has another currency than the
// other accounts.
func CurrencyOf(account uuid.UUID) string {
	if account[15]%8 == 0 {
		return "USD"
	}
	return "EUR"
}

// InClear is a part of the owner's name of most accounts. This name is stored unencrypted. The
// campaign, a test program, searches for this text in every place where events are stored. If a
// search does not find InClear in such a place, the search did not work.
const InClear = "wxkjqzvy"

// SnapshotKey sets an environment variable (NAME=value). Its value is the secret by which the
// service's programs authenticate snapshots.
const SnapshotKey = "SNAPSHOT_KEY=the campaign's, of thirty-two bytes or more"

// Projections is the number of the service's own projections. In a campaign (a run of this test
// program), one projector also runs the additional projections of package copies.
const Projections = 4

const (
	Programs = 3          // number of API processes, and also of projectors
	Service  = "service_" // prefix of the logins of the API and the projector
)
