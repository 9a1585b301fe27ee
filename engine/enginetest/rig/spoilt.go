package rig

import (
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/projection"
)

// Rows describes a table of a projection that has one row per stream.
type Rows struct {
	Projection, Table string
	Key               string // column with the stream's id
	Sum               string // column to which events add
	Spoil             string // SQL that damages the row of stream $1: the next event of the stream finds no row, or a row with an unexpected version
}

// CheckSpoiltRow damages the row of one stream in the table of a projection. Then CheckSpoiltRow
// appends events to this stream and to another stream. The projection must park the damaged stream,
// and must apply the events of the other stream. The parameter begin is the command that creates a
// stream. The function add returns a command that increases the sum in the stream's row.
func CheckSpoiltRow[S, C any](t *testing.T, pool *pgxpool.Pool, projector *projection.Projector, h *command.Handler[S, C], rows Rows, begin C, add func(amount int64) C) {
	t.Helper()
	bad, good := uuid.New(), uuid.New()
	position := max(Handle(t, h, bad, begin), Handle(t, h, good, begin))
	stop := await.Background(t, projector.Run)
	WaitFor(t, pool, rows.Projection, position)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	Do(t, pool, rows.Spoil, bad)
	Handle(t, h, good, add(1))
	Handle(t, h, bad, add(2))
	position = Handle(t, h, good, add(3))
	await.Background(t, projector.Run)
	WaitFor(t, pool, rows.Projection, position)
	if parked := Parked(t, projector); parked.StreamID != bad || parked.Projection != rows.Projection {
		t.Errorf("parked %+v, want the stream whose row is spoilt", parked)
	}
	if sum := One[int64](t, pool, `SELECT `+rows.Sum+` FROM `+rows.Table+` WHERE `+rows.Key+` = $1`, good); sum != 4 {
		t.Errorf("the other has %d, want 4", sum)
	}
}
