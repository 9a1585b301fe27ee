// Package messages has the operator's subcommands for messages that the broker refuses: ops
// messages list, redrive and drop.
//
// Code for the questions and the output of the subcommands for messages belongs in messages.go.
// Code that changes the outbox belongs in engine/outbox. The list of subcommands is in
// engine/process/ops.
//
// Each subcommand ends when its work is done. A subcommand after which a message is lost must never
// continue before the operator has confirmed.
package messages
