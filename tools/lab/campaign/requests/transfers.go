//go:build linux

package requests

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// OfTransfer returns the request for a transfer.
func OfTransfer(r answers.TransferRead) wire.Request {
	asked := wire.Request{Method: http.MethodGet, Path: "/v1/transfers/" + r.Transfer.String()}
	if r.Min > 0 {
		asked.MinPosition = strconv.FormatInt(r.Min, 10)
	}
	return asked
}

// TakeTransfer reads an answer into r. If the body is incomplete, TakeTransfer sets the status 0,
// which means that there was no answer.
func TakeTransfer(r *answers.TransferRead, answer wire.Answer) {
	r.Status = answer.Status
	r.At, _ = strconv.ParseInt(answer.Header.Get("Event-Position"), 10, 64)
	if r.Status != http.StatusOK {
		return
	}
	var said struct {
		ID, From, To        uuid.UUID
		Amount, Version     int64
		Currency, Reference string
		State               string `json:"status"`
		Code                string
	}
	if json.Unmarshal(answer.Body, &said) != nil || said.ID != r.Transfer {
		r.Status = 0
		return
	}
	r.From, r.To, r.Amount, r.Currency, r.Text = said.From, said.To, said.Amount, said.Currency, sample.DigestOf(said.Reference)
	r.State, r.Code, r.Version = said.State, said.Code, said.Version
}
