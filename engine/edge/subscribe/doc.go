// Package subscribe answers a request for events: with one page, or with a streaming answer.
//
// Package subscribe reads the parameters of a request, decides which part of the log the caller may
// see, and renders events as JSON, including personal data. engine/edge/live sends streaming
// answers, and engine/feed reads the events. The operation itself is in a service's
// internal/httpapi, which passes the parameters of the request.
//
// In reading order: request.go reads the parameters of a request; page.go answers with one page;
// body.go renders an event.
//
// Package subscribe has no table and starts no goroutine. A Subscriptions is safe for concurrent
// use. An event must be shown only to the owner of its stream, and to callers with the scope
// operate. Personal data must be shown only to the owner of the stream.
package subscribe
