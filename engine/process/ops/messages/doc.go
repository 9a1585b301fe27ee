// Package messages has the operator's verbs for messages that the broker refuses: ops messages
// list, redrive and drop.
//
// Code for the questions and the output of the verbs for messages belongs in messages.go. Code that
// changes the outbox belongs in engine/outbox. The list of verbs is in engine/process/ops.
//
// Each verb ends when its work is done. A verb after which a message is lost must never continue
// before the operator has confirmed.
package messages
