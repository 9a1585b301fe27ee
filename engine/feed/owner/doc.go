// Package owner answers one question: to which subject does the stream of an event belong?
//
// The first event of a stream names the subject (event.Owned); the package reads this event. The
// package caches the subject, because the subject of a stream never changes. A service decides
// which of its events name a subject. The SQL that reads first events is in engine/eventlog/read.
//
// All code is in owner.go. The package only reads, and starts no goroutine. An Owners is safe for
// concurrent use. If the first event of a stream can't be read, the package must return an error,
// and must never guess the subject. engine/feed/follow and engine/feed/past call this package.
package owner
