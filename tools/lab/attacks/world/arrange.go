//go:build linux

package world

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/attacks/generator"
)

const (
	victimAccounts = 10
	attackers      = 50 // number of the attacker's subjects
	customers      = 40
	settleTimeout  = 5 * time.Minute // time in which the projections must apply the events of the long account
)

// arrange opens accounts and registers customers, and waits until the read models contain them.
func (w *World) arrange(ctx context.Context, long uuid.UUID) error {
	w.Job = generator.Job{API: w.api.Address(""), Issuer: w.issuer.server.URL, Long: "/v1/accounts/" + long.String(), Version: w.options.Long}
	for i := range attackers {
		token, err := w.issuer.tokenOf(attackerNamed(i))
		if err != nil {
			return err
		}
		w.Job.Tokens = append(w.Job.Tokens, token)
	}
	victims, err := w.Victim.Token()
	if err != nil {
		return err
	}
	for range victimAccounts {
		path, _, err := w.create(ctx, victims, "/v1/accounts", `{"owner":"Victim","currency":"EUR"}`)
		if err != nil {
			return err
		}
		w.Victim.Accounts = append(w.Victim.Accounts, path)
	}
	for i := range customers {
		path, _, err := w.create(ctx, w.Job.Tokens[0], "/v1/customers", fmt.Sprintf(`{"name":"C %d","email":"c%[1]d@example.com"}`, i))
		if err != nil {
			return err
		}
		w.Job.Customers = append(w.Job.Customers, path)
	}
	if w.Job.Account, w.Job.Head, err = w.create(ctx, w.Job.Tokens[0], "/v1/accounts", `{"owner":"Attacker","currency":"EUR"}`); err != nil {
		return err
	}
	return w.untilReadable(ctx, w.Job.Account, w.Job.Head)
}

// create sends a POST request with a body. create returns the location of the created resource, and
// the position in the answer.
func (w *World) create(ctx context.Context, token, path, body string) (location string, position int64, err error) {
	answer, err := w.ask(ctx, token, http.MethodPost, path, body, 0) //nolint:bodyclose // ask has read and closed it
	if err != nil {
		return "", 0, err
	}
	if answer.StatusCode != http.StatusCreated {
		return "", 0, fmt.Errorf("POST %s: %s", path, answer.Status)
	}
	_, err = fmt.Sscan(answer.Header.Get("Event-Position"), &position)
	at, _ := answer.Location() // an absolute URL: Location resolves a relative one against the request
	if at == nil || err != nil {
		return "", 0, fmt.Errorf("POST %s: no Location, or no position", path)
	}
	return at.Path, position, nil
}

// ask sends a request. If position is not 0, the request has the header Min-Position with this
// position. ask reads the whole answer, and returns the answer without its body.
func (w *World) ask(ctx context.Context, token, method, path, body string, position int64) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+w.api.Address("")+path, bytes.NewBufferString(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	if position > 0 {
		r.Header.Set("Min-Position", fmt.Sprint(position))
	}
	answer, err := w.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	_, err = io.Copy(io.Discard, answer.Body)
	return answer, err
}

// untilReadable waits until the projections have applied all events up to a position, including the
// events of the account with the long history.
func (w *World) untilReadable(ctx context.Context, path string, position int64) error {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	for {
		answer, err := w.ask(ctx, w.Job.Tokens[0], http.MethodGet, path, "", position) //nolint:bodyclose // ask has read and closed it
		switch {
		case err != nil:
			return err
		case answer.StatusCode == http.StatusOK:
			return nil
		case answer.StatusCode != http.StatusServiceUnavailable:
			return fmt.Errorf("GET %s: %s", path, answer.Status)
		}
	}
}
