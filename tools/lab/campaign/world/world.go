//go:build linux

package world

import (
	"example.com/pgcqrs/tools/lab/campaign/broker"
	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/issuer"
)

// World holds everything that runs.
type World struct {
	Dir        string
	Postgres   *cluster.Cluster
	Broker     *broker.Broker
	Issuer     *issuer.Issuer
	Apis       []*Node
	Projectors []*Node
	Copies     int              // read models that one projector has beside the service's
	History    *history.History // what faults note in it
}
