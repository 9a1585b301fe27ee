//go:build linux

package clients

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/requests"
	"example.com/pgcqrs/tools/lab/campaign/roster"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// read queries accounts, pages of accounts, account statements and transfers. About half of the
// queries have a Min-Position: the highest position in any answer so far. The other queries have no
// Min-Position.
func (c *client) read(ending context.Context) {
	defer c.leave()
	for ; ending.Err() == nil; interval.Pause(ending, 40*time.Millisecond) {
		if one, ok := c.clients.transfers.Some(c.random); ok && c.random.IntN(4) == 0 {
			c.askOf(one)
			continue
		}
		count := c.clients.accounts.Len()
		if count == 0 {
			continue
		}
		one := answers.Reading{Account: c.clients.accounts.At(c.random.IntN(count)), Of: []answers.Query{answers.OfAccount, answers.OfAccount, answers.OfList, answers.OfStatement}[c.random.IntN(4)]}
		r := wire.Request{Method: http.MethodGet, Path: requests.PathOf(one, c.random.IntN(2) == 0)}
		if c.random.IntN(2) == 0 {
			one.Min = c.clients.highest.Load()
			r.MinPosition = strconv.FormatInt(one.Min, 10)
		}
		process := c.clients.apis.Pick(c.home)
		c.home++
		c.authorized.renew(c.random)
		r.Token = c.authorized.token
		answer, err := c.connections[process].Send(r)
		if err == nil {
			one.Status = answer.Status
			one.At, _ = strconv.ParseInt(answer.Header.Get("Event-Position"), 10, 64)
			c.clients.apis.Up(process)
		}
		c.seen = append(c.seen, requests.Said(one, answer.Body)...)
	}
}

// askOf queries a transfer with a token of the subject that has requested the transfer. About one
// query in eight has a token of the other subject, which must not see the transfer.
func (c *client) askOf(of roster.Transfer) {
	one := answers.TransferRead{Transfer: of.ID, By: of.By}
	if c.random.IntN(2) == 0 {
		one.Min = c.clients.highest.Load()
	}
	if c.random.IntN(8) == 0 {
		one.By = sample.Other(of.By)
	}
	process := c.clients.apis.Pick(c.home)
	c.home++
	r := requests.OfTransfer(one)
	r.Token, _ = c.clients.tokens.Token(one.By)
	if answer, err := c.connections[process].Send(r); err == nil {
		requests.TakeTransfer(&one, answer)
		c.clients.apis.Up(process)
	}
	c.looked = append(c.looked, one)
}
