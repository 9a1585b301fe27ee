package mixes

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// transferPoll is the time between two reads of a transfer. A measured time may be too long by this
// time.
const transferPoll = 5 * time.Millisecond

// transfer requests a transfer between two accounts, and measures the time from the answer until a
// read shows that the transfer is completed.
func (a *Accounts) transfer(c *drive.Client) {
	from, to := a.anyAccount(c), a.anyAccount(c)
	if from == to {
		to = (to + 1) % a.Len()
	}
	answer, err := a.requestTransfer(c, from, to)
	if err == nil && answer.Status == http.StatusUnprocessableEntity { // the account holds too little
		if answer, err = a.depositTo(c, from, ""); err == nil && answer.Status < http.StatusBadRequest {
			answer, err = a.requestTransfer(c, from, to)
		}
	}
	if !c.Record("request", c.Began(), answer, err) {
		return
	}
	answered := time.Now()
	path := "/v1/transfers/" + answer.Header.Get("Location")[strings.LastIndex(answer.Header.Get("Location"), "/")+1:]
	position := answer.Header.Get("Event-Position")
	for {
		answer, err := c.Send(wire.Request{Method: http.MethodGet, Path: path, MinPosition: position})
		switch {
		case err != nil || answer.Status >= http.StatusBadRequest || bytes.Contains(answer.Body, []byte(`"status":"completed"`)):
			c.Record("completed", answered, answer, err)
			return
		case time.Since(answered) > c.Timeout:
			c.Record("completed", answered, answer, wire.Unexpected("not completed in time"))
			return
		}
		<-time.After(transferPoll)
	}
}

func (a *Accounts) requestTransfer(c *drive.Client, from, to int) (wire.Answer, error) {
	body := fmt.Appendf(nil, `{"from":%q,"to":%q,"amount":1,"reference":"load"}`, a.ids[from], a.ids[to])
	return c.Send(wire.Request{Method: http.MethodPost, Path: "/v1/transfers", Body: body})
}
