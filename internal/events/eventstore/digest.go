package eventstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"strconv"
	"time"

	"example.com/pgcqrs/internal/events"
)

// DigestsOn reads the digests of at most limit events that follow a position (0: from
// the start), in the log's order: the SHA-256 of every column, as text, each with its
// length before it. Times are in microseconds since 1970, which is what is stored.
func (s *Store) DigestsOn(ctx context.Context, on Querier, after int64, limit int) ([]events.Digest, error) {
	const sql = `
		SELECT position, stream_type, stream_id::text, version, event_id::text, type, schema_version, data::text, metadata::text, occurred_at, recorded_at
		FROM events WHERE position > $1 ORDER BY position LIMIT $2`
	rows, err := on.Query(ctx, sql, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read digests: %w", unavailable(err))
	}
	defer rows.Close()
	found := make([]events.Digest, 0, min(limit, 1024))
	sum := digester{sha256.New()}
	for rows.Next() {
		var position, version, schemaVersion int64
		var streamType, streamID, eventID, eventType, data, metadata string
		var occurredAt, recordedAt time.Time
		if err := rows.Scan(&position, &streamType, &streamID, &version, &eventID, &eventType, &schemaVersion, &data, &metadata, &occurredAt, &recordedAt); err != nil {
			return nil, fmt.Errorf("read digests: %w", err)
		}
		sum.number(position)
		sum.text(streamType, streamID)
		sum.number(version)
		sum.text(eventID, eventType)
		sum.number(schemaVersion)
		sum.text(data, metadata)
		sum.number(occurredAt.UnixMicro())
		sum.number(recordedAt.UnixMicro())
		found = append(found, events.Digest{Position: position, Sum: sum.take()})
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read digests: %w", unavailable(err))
	}
	return found, nil
}

// digester takes fields, one after another, so that no two rows look the same to it.
type digester struct{ hash.Hash }

func (d digester) text(fields ...string) {
	for _, field := range fields {
		_, _ = d.Write(binary.BigEndian.AppendUint32(nil, uint32(len(field)))) //nolint:gosec // PostgreSQL's longest text is 1 GiB
		_, _ = d.Write([]byte(field))
	}
}

func (d digester) number(n int64) { d.text(strconv.FormatInt(n, 10)) }

// take is the sum so far; the digester is then as new.
func (d digester) take() (sum [sha256.Size]byte) {
	d.Sum(sum[:0])
	d.Reset()
	return sum
}
