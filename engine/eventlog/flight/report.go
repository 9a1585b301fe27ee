package flight

import (
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/encode"
)

// Report is the result of a committed batch, as the database function append_events returns it.
type Report struct {
	versions        []int64     // versions that the streams had before the flight, in the order of the batch
	fates           []int64     // for each stream the result of its chain of appends, in the order of the batch
	Head            int64       // position of the log's last event before the flight
	headID          pgtype.UUID // id of the event at Head; NULL while the log is empty
	epoch           pgtype.UUID // epoch of the log
	StandbyRequired bool
	Appended        int64 // number of appended events in the chains of appends that Next has returned so far
}

// read parses a value of the SQL type append_report from its text form.
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

// The possible results of a chain of appends, with the numbers that the database function
// append_events uses. A negative number -n says that the n-th claim of the chain of appends is
// taken: another person has the text, which must be unique (database function name_claims).
const (
	chainAppended = iota
	chainConflict
	chainOfAnotherType
	chainAnswered
	chainOfLostLog // nothing was appended: after the states of the flight were read, the log went back to an earlier state
)

// Outcome is the result of a chain of appends: one answer per append, or an error of package event.
type Outcome struct {
	Appended []event.Appended // one per append
	Err      error
}

// Next returns the outcome of the next chain of appends in the batch. Next computes the positions
// of the events of the chain of appends: the first event of the batch follows the last event that
// the log had before the batch.
func (r *Report) Next(rows *encode.Rows) (Outcome, error) {
	streams := len(rows.Streams)
	if len(r.versions) < streams || len(r.fates) < streams {
		return Outcome{}, fmt.Errorf("%d streams sent, fewer accounted for", streams)
	}
	var out Outcome
	switch fate := r.fates[0]; fate {
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
		if fate >= 0 || -fate > int64(len(rows.Claims)) {
			return Outcome{}, fmt.Errorf("a chain's fate is %d, which nobody knows", fate)
		}
		out.Err = rows.Claims[-fate-1].Taken
	}
	r.versions, r.fates = r.versions[streams:], r.fates[streams:]
	return out, nil
}
