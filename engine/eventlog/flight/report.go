package flight

import (
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/encode"
)

// Report is the result of the function append_events for a committed flight.
type Report struct {
	versions        []int64     // versions of the streams before the flight, in the order of the batch
	fates           []int64     // fate of the chain of each stream, in the order of the batch
	Head            int64       // head of the log before the flight
	headID          pgtype.UUID // id of the event at Head; NULL while the log is empty
	epoch           pgtype.UUID // epoch of the log
	StandbyRequired bool
	Appended        int64 // number of events in the appended chains that Next has returned
}

// read parses the text of a value of the SQL type append_report.
func (r *Report) read(types *pgtype.Map, text string) error {
	fields := pgtype.NewCompositeTextScanner(types, []byte(text))
	for _, field := range []struct {
		oid  uint32
		into any
	}{
		{pgtype.Int8ArrayOID, &r.versions}, {pgtype.Int8ArrayOID, &r.fates}, {pgtype.Int8OID, &r.Head},
		{pgtype.UUIDOID, &r.headID}, {pgtype.UUIDOID, &r.epoch}, {pgtype.BoolOID, &r.StandbyRequired},
	} {
		if !fields.Next() {
			return fmt.Errorf("a flight's report is %q: %w", text, fields.Err())
		}
		if err := types.Scan(field.oid, pgtype.TextFormatCode, fields.Bytes(), field.into); err != nil {
			return fmt.Errorf("a flight's report is %q: %w", text, err)
		}
	}
	return nil
}

// Fates of a chain, numbered as the function append_events numbers them.
const (
	chainAppended = iota
	chainConflict
	chainOfAnotherType
	chainAnswered
	chainOfLostLog // nothing was appended: the log is not the one on which the flight rests
)

// Outcome is the result of a chain: the answers of its appends, or an error of package event.
type Outcome struct {
	Appended []event.Appended // one per append
	Err      error
}

// Next returns the outcome of the next chain of the flight. The events of the appended chains
// follow the head of the log in the order of the batch.
func (r *Report) Next(rows *encode.Rows) (Outcome, error) {
	streams := len(rows.Streams)
	if len(r.versions) < streams || len(r.fates) < streams {
		return Outcome{}, fmt.Errorf("%d streams sent, fewer accounted for", streams)
	}
	var out Outcome
	switch r.fates[0] {
	case chainAppended:
		r.Appended += int64(len(rows.Events))
		out.Appended = rows.Appended(r.versions[:streams], r.Head+r.Appended)
	case chainConflict:
		out.Err = event.ErrConflict
	case chainOfAnotherType:
		out.Err = event.ErrOtherStream
	case chainAnswered:
		out.Err = event.ErrAnswered
	case chainOfLostLog:
		out.Err = event.ErrLogChanged
	default:
		return Outcome{}, fmt.Errorf("a chain's fate is %d, which nobody knows", r.fates[0])
	}
	r.versions, r.fates = r.versions[streams:], r.fates[streams:]
	return out, nil
}
