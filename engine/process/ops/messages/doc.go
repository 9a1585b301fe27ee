// Package messages has the operator's verbs for messages that the broker refuses: ops messages
// list, redrive and drop.
//
// Questions and answers belong here, all in messages.go. The work does not: that is engine/outbox.
// The list of verbs is engine/process/ops.
//
// Each verb ends when it is done; nothing keeps running. A verb that loses a message must never go
// on without a yes.
package messages
