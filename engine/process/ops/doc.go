// Package ops is what an operator does beside the processes that project, relay and seal, on the
// same database: it looks at their work, or mends it.
//
// The verbs of cmd/ops belong here. The functions that they call do not: each verb is a few lines
// over a function of engine/projection, engine/outbox, engine/chain or engine/eventlog. The
// package knows no projection by name: a service hands its list in.
//
// In reading order: verbs.go lists the verbs, in groups, and their flags; run.go opens the database
// and does one. Of the projections, projections.go shows how they are, parked.go their parked
// streams, rebuild.go, resume.go and reconcile.go mend and compare them. messages.go has the
// messages that were set aside, chain.go the chain; stats.go is one look at all.
//
// A verb ends when it is done; nothing runs on. It must never append an event.
package ops
