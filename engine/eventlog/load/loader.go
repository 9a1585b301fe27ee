package load

import (
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/confirm"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/read"
	"example.com/pgcqrs/engine/pg/gather"
)

// Loader loads streams.
type Loader struct {
	reader  *read.Reader
	reads   *confirm.Reads
	history *epoch.History
	decode  event.Decode
	first   *gather.Gather[start, []event.Recorded] // reads the first events of the streams that are loaded at the same time
}

// start has the stream that a load reads, and the version after which the load begins.
type start struct {
	id    [16]byte
	after int64
}
