//go:build linux

package strangers

import (
	"context"
	"net/http"
	"time"

	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/world"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// Intrude sends requests whose tokens are signed by unknown keys, and records the answers.
func Intrude(ctx context.Context, w *world.World, process int, address string) {
	connection, other := wire.NewConnection(address, answers.CallFor), devissuer.New(w.Issuer.URL())
	defer connection.Close()
	for ; ctx.Err() == nil; interval.Pause(ctx, 100*time.Millisecond) {
		token, err := other.Token(other.Claims(sample.Subject, "accounts:read accounts:write"))
		if err != nil {
			return
		}
		other.Rotate()
		if answer, err := connection.Send(wire.Request{Method: http.MethodGet, Path: "/v1/accounts", Token: token}); err == nil {
			w.History.NoteIntrusion(history.Intrusion{Process: process, Status: answer.Status})
		}
	}
}
