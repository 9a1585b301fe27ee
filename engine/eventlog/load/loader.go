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
	first   *gather.Gather[start, []event.Recorded] // events of streams that are loaded
}

// start is where a stream is loaded from.
type start struct {
	id    [16]byte
	after int64
}
