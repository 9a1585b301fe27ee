// Package volume answers one question: how many events does the log have, of which types, from
// which days, and how large are they? The answer is the model of the load, by which an operator
// chooses disks and limits.
//
// Package volume reads only the table events, and only a range of positions: the caller says how
// many of the last events are measured. It reads the range twice, by the primary key: once by type
// and day, and once by stream. The sizes are those of the stored columns, so no value is
// decompressed.
//
// Package volume starts no goroutine. It must never lock or write, and never read without a time
// limit. engine/process/ops prints what it measures; engine/eventlog/read reads the events
// themselves, and engine/schema creates the table events.
package volume
