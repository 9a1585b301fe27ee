// Package messages has the operator's verbs for messages that the broker refuses: ops messages
// list, redrive and drop.
//
// Put what the verbs ask and print in messages.go. The work on the outbox belongs in engine/outbox.
// The list of verbs is in engine/process/ops.
//
// Each verb ends when its work is done. A verb that loses a message must never go on unless the
// operator has confirmed.
package messages
