//go:build linux

package world

import (
	"example.com/pgcqrs/tools/lab/campaign/broker"
	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/issuer"
)

// World holds all programs of a running campaign.
type World struct {
	Dir        string
	Postgres   *cluster.Cluster
	Broker     *broker.Broker
	Issuer     *issuer.Issuer
	Apis       []*Node
	Projectors []*Node
	Copies     int              // number of copies that one projector runs in addition to the service's read models
	History    *history.History // faults record themselves here
}
