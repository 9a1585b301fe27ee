package read

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"strconv"
	"time"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/fate"
)

// mostDigested limits the bytes of events that one call of DigestsOn hashes. The event that reaches
// the limit is still hashed.
const mostDigested = 64 << 20

// DigestsOn reads the digests of at most limit events after a position (0: from the start), in the
// order of the log. The digest of an event is the SHA-256 hash of all its columns: each column is
// hashed as text, after the length of the text. Times are hashed as microseconds since 1970,
// because the database stores microseconds. If DigestsOn has stopped at its limit of events or
// bytes, the result more is true, and further events may follow.
func (r *Reader) DigestsOn(ctx context.Context, on Querier, after int64, limit int) (found []event.Digest, more bool, err error) {
	const sql = `
		SELECT position, stream_type, stream_id::text, version, event_id::text, type, schema_version, data::text, metadata::text, occurred_at, recorded_at, stored
		FROM (
		    SELECT ` + eventColumns + `, sum(pg_column_size(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING) AS stored
		    FROM (SELECT ` + eventColumns + ` FROM events WHERE position > $1 ORDER BY position LIMIT $2) AS events_read
		) AS summed WHERE stored - pg_column_size(data) < $3 ORDER BY position`
	rows, err := on.Query(ctx, sql, after, limit, mostDigested)
	if err != nil {
		return nil, false, fmt.Errorf("read digests: %w", fate.Unavailable(err))
	}
	defer rows.Close()
	found = make([]event.Digest, 0, min(limit, 1024))
	sum, bytes, stored := digester{sha256.New()}, 0, int64(0)
	for rows.Next() {
		if bytes >= mostDigested {
			return found, true, nil
		}
		var position, version, schemaVersion int64
		var streamType, streamID, eventID, eventType, data, metadata string
		var occurredAt, recordedAt time.Time
		if err := rows.Scan(&position, &streamType, &streamID, &version, &eventID, &eventType, &schemaVersion, &data, &metadata, &occurredAt, &recordedAt, &stored); err != nil {
			return nil, false, fmt.Errorf("read digests: %w", err)
		}
		sum.number(position)
		sum.text(streamType, streamID)
		sum.number(version)
		sum.text(eventID, eventType)
		sum.number(schemaVersion)
		sum.text(data, metadata)
		sum.number(occurredAt.UnixMicro())
		sum.number(recordedAt.UnixMicro())
		found, bytes = append(found, event.Digest{Position: position, Sum: sum.take()}), bytes+len(data)+len(metadata)
	}
	if err := rows.Err(); err != nil {
		return nil, false, fmt.Errorf("read digests: %w", fate.Unavailable(err))
	}
	return found, len(found) == limit || stored >= mostDigested, nil
}

// digester hashes the fields of a row one after another, and hashes the length of each field before
// the field itself. Because of the lengths, two different rows are never hashed as the same bytes.
type digester struct{ hash hash.Hash }

func (d digester) text(fields ...string) {
	for _, field := range fields {
		_, _ = d.hash.Write(binary.BigEndian.AppendUint32(nil, uint32(len(field)))) //nolint:gosec // PostgreSQL's longest text is 1 GiB
		_, _ = d.hash.Write([]byte(field))
	}
}

func (d digester) number(n int64) { d.text(strconv.FormatInt(n, 10)) }

// take returns the hash of the fields so far, and resets the digester.
func (d digester) take() (sum [sha256.Size]byte) {
	d.hash.Sum(sum[:0])
	d.hash.Reset()
	return sum
}
