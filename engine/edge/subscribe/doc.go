// Package subscribe answers a request for events: with one page, or with an answer that goes on.
//
// The package reads what a request asks for, decides which part of the log its caller may see, and
// renders events as JSON, personal data included. How an answer goes on is in engine/edge/live; the
// events come from engine/feed. The operation itself is in a service's internal/httpapi, which hands
// on the parameters of its contract.
//
// In reading order: request.go reads what is asked for; page.go answers with one page; body.go
// renders an event.
//
// It has no table and no goroutine; a Subscriptions is safe for concurrent use. It must never show an
// event to a caller to whom its stream does not belong, except with the scope operate, nor personal
// data to anybody but the stream's owner.
package subscribe
