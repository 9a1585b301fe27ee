//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/load/drive"
)

// perPage is what readers ask for of a list or a statement.
const perPage = 50

// read asks for accounts, pages of them, and statements, as of the newest position that any
// client was answered, and every other time without a Min-Position.
func (c *client) read(ending context.Context) {
	defer c.leave()
	for ; ending.Err() == nil; pause(ending, 40*time.Millisecond) {
		count := c.accounts.len()
		if count == 0 {
			continue
		}
		one := reading{account: c.accounts.at(c.random.IntN(count)), of: []query{ofAccount, ofAccount, ofList, ofStatement}[c.random.IntN(4)]}
		r := drive.Request{Method: http.MethodGet, Path: pathOf(one, c.random.IntN(2) == 0)}
		if c.random.IntN(2) == 0 {
			one.min = c.highest.Load()
			r.MinPosition = strconv.FormatInt(one.min, 10)
		}
		process := c.apis.pick(c.home)
		c.home++
		c.renew(c.random)
		r.Token = c.token
		answer, err := c.connections[process].Send(r)
		if err == nil {
			one.status = answer.Status
			one.at, _ = strconv.ParseInt(answer.Header.Get("Event-Position"), 10, 64)
			c.apis.up(process)
		}
		c.seen = append(c.seen, said(one, answer.Body)...)
	}
}

func pathOf(r reading, newest bool) string {
	switch r.of {
	case ofStatement:
		return fmt.Sprintf("/v1/accounts/%s/statement?limit=%d", r.account, perPage)
	case ofList:
		if newest {
			return fmt.Sprintf("/v1/accounts?sort=-opened_at&limit=%d", perPage)
		}
		return fmt.Sprintf("/v1/accounts?limit=%d", perPage)
	default:
		return "/v1/accounts/" + r.account.String()
	}
}

// account is what the service says of one; line is a statement's.
type (
	account struct {
		ID               uuid.UUID
		Owner            string
		Version, Balance int64
	}
	line struct {
		Version, Balance int64
		Reference        string
	}
)

// said is what a body says: of one account, of a page of them, or of a statement. One that
// was cut off says nothing.
func said(one reading, body []byte) []reading {
	nothing := one
	nothing.status = 0
	switch {
	case one.status != http.StatusOK: // a refusal says nothing of accounts
		return []reading{one}
	case one.of == ofAccount:
		var got account
		if json.Unmarshal(body, &got) != nil {
			return []reading{nothing}
		}
		one.version, one.balance, one.text = got.Version, got.Balance, digestOf(got.Owner)
		return []reading{one}
	case one.of == ofStatement:
		var got struct{ Items []line }
		if json.Unmarshal(body, &got) != nil {
			return []reading{nothing}
		}
		if one.lines = len(got.Items); one.lines > 0 {
			one.version, one.balance = got.Items[one.lines-1].Version, got.Items[one.lines-1].Balance
		}
		var texts strings.Builder
		for _, l := range got.Items {
			texts.WriteString(l.Reference)
		}
		one.text = digestOf(texts.String())
		return []reading{one}
	}
	var got struct{ Items []account }
	if json.Unmarshal(body, &got) != nil {
		return []reading{nothing}
	}
	page := make([]reading, 0, len(got.Items))
	for _, a := range got.Items {
		one.account, one.version, one.balance, one.text = a.ID, a.Version, a.Balance, digestOf(a.Owner)
		page = append(page, one)
	}
	return page
}

// codeOf returns the code of a problem.
func codeOf(body []byte) string {
	var problem struct{ Code string }
	_ = json.Unmarshal(body, &problem) // else it has none
	return problem.Code
}

// list goes through all accounts by the cursors that the first API gives, as of a position.
func (w *world) list(ctx context.Context, position int64) (map[uuid.UUID]int, error) {
	listed, cursor := make(map[uuid.UUID]int), ""
	token, _ := w.issuer.token(subject)
	for {
		query := url.Values{"limit": {"100"}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.apis[0].address+"/v1/accounts?"+query.Encode(), nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Min-Position", strconv.FormatInt(position, 10))
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, fmt.Errorf("list accounts: %w", err)
		}
		var page struct {
			Items []account
			Next  string `json:"next_cursor"`
		}
		err = json.NewDecoder(response.Body).Decode(&page)
		_, _ = io.Copy(io.Discard, response.Body)
		if err = errors.Join(err, response.Body.Close()); err != nil || response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("list accounts: status %d: %w", response.StatusCode, err)
		}
		for _, a := range page.Items {
			listed[a.ID]++
		}
		if cursor = page.Next; cursor == "" {
			return listed, nil
		}
	}
}
