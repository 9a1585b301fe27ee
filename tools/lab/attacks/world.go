//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devissuer"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/internal/events"
)

// Addresses of the two clients, whose bounds are their own.
const (
	victimAddress   = "127.0.0.3"
	attackerAddress = "127.0.0.2"
)

const (
	victimAccounts = 10
	attackers      = 50 // subjects of the attacker's
	customers      = 40
	settleTimeout  = 5 * time.Minute // for the projections of the long account
)

// world is the service, the client that uses it, and what the attacker has.
type world struct {
	options
	urls
	dir            string
	issuer         *issuer
	api, projector *program
	client         *http.Client // for what is arranged
	victim         *victim
	job            job
}

func newWorld(ctx context.Context, o options, databases urls) (w *world, err error) {
	w = &world{options: o, urls: databases}
	if w.dir, err = os.MkdirTemp("", "attacks"); err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	if err := w.setUp(ctx); err != nil {
		w.stop()
		return nil, err
	}
	return w, nil
}

func (w *world) setUp(ctx context.Context) (err error) {
	long := uuid.New()
	if err := w.fill(ctx, long); err != nil {
		return err
	}
	if err := build(ctx, w.dir); err != nil {
		return err
	}
	w.issuer = startIssuer()
	if err := w.startPrograms(ctx); err != nil {
		return err
	}
	w.client = clientFrom(attackerAddress)
	w.victim = &victim{
		client: clientFrom(victimAddress), url: "http://" + w.api.address(""),
		token: func() (string, error) { return w.issuer.tokenOf("victim") },
	}
	return w.arrange(ctx, long)
}

// fill copies the attacker's long account into the log.
func (w *world) fill(ctx context.Context, id uuid.UUID) error {
	conn, err := pgx.Connect(ctx, w.owner)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	columns := []string{"position", "stream_type", "stream_id", "version", "event_id", "type", "schema_version", "data", "metadata", "occurred_at", "recorded_at"}
	began := time.Now().Add(-time.Duration(w.long) * time.Second)
	_, err = conn.CopyFrom(ctx, pgx.Identifier{"events"}, columns, pgx.CopyFromSlice(w.long, func(i int) ([]any, error) {
		var e event.Event = events.MoneyDeposited{Amount: 1}
		if i == 0 {
			e = events.AccountOpened{Owner: "Long", Currency: "EUR", Subject: attackerNamed(0)}
		}
		data, err := json.Marshal(e)
		at := began.Add(time.Duration(i) * time.Second)
		return []any{int64(i) + 1, "account", id, int64(i) + 1, uuid.New(), e.EventType(), int32(1), string(data), "{}", at, at}, err
	}))
	if err != nil {
		return fmt.Errorf("copy a long account: %w", err)
	}
	_, err = conn.Exec(ctx, `ANALYZE events`)
	return err
}

func attackerNamed(i int) string { return fmt.Sprintf("attacker-%d", i) }

// startPrograms starts the API with tokens and, but for what options say, all bounds as they are by default.
func (w *world) startPrograms(ctx context.Context) (err error) {
	key := "file://" + filepath.Join(w.dir, "key.json")
	if _, err := keyfile.New(key); err != nil {
		return err
	}
	if w.projector, err = start(ctx, w.dir, "projector", "DATABASE_URL="+w.urls.projector, "PROJECTOR_ADDR=127.0.0.1:0", "STUCK_AFTER=5m"); err != nil {
		return err
	}
	w.api, err = start(ctx, w.dir, "api", append([]string{
		"DATABASE_URL=" + w.urls.api, "API_ADDR=127.0.0.1:0", "API_OPS_ADDR=127.0.0.1:0", "KEY_URI=" + key,
		"AUTH=oidc", "AUTH_ISSUER=" + w.issuer.server.URL, "AUTH_AUDIENCE=" + devissuer.Audience,
	}, w.options.api...)...)
	return err
}

// arrange has accounts opened and customers registered, and waits until they can be read.
func (w *world) arrange(ctx context.Context, long uuid.UUID) error {
	w.job = job{API: w.api.address(""), Issuer: w.issuer.server.URL, Long: "/v1/accounts/" + long.String(), Version: w.long}
	for i := range attackers {
		token, err := w.issuer.tokenOf(attackerNamed(i))
		if err != nil {
			return err
		}
		w.job.Tokens = append(w.job.Tokens, token)
	}
	victims, err := w.victim.token()
	if err != nil {
		return err
	}
	for range victimAccounts {
		path, _, err := w.create(ctx, victims, "/v1/accounts", `{"owner":"Victim","currency":"EUR"}`)
		if err != nil {
			return err
		}
		w.victim.accounts = append(w.victim.accounts, path)
	}
	for i := range customers {
		path, _, err := w.create(ctx, w.job.Tokens[0], "/v1/customers", fmt.Sprintf(`{"name":"C %d","email":"c%[1]d@example.com"}`, i))
		if err != nil {
			return err
		}
		w.job.Customers = append(w.job.Customers, path)
	}
	if w.job.Account, w.job.Head, err = w.create(ctx, w.job.Tokens[0], "/v1/accounts", `{"owner":"Attacker","currency":"EUR"}`); err != nil {
		return err
	}
	return w.untilReadable(ctx, w.job.Account, w.job.Head)
}

// create posts a body and returns where what it makes is, and the log's position then.
func (w *world) create(ctx context.Context, token, path, body string) (location string, position int64, err error) {
	answer, err := w.ask(ctx, token, http.MethodPost, path, body, 0) //nolint:bodyclose // ask has read and closed it
	if err != nil {
		return "", 0, err
	}
	if answer.StatusCode != http.StatusCreated {
		return "", 0, fmt.Errorf("POST %s: %s", path, answer.Status)
	}
	_, err = fmt.Sscan(answer.Header.Get("Event-Position"), &position)
	at, _ := answer.Location() // relative; as a client resolves it
	if at == nil || err != nil {
		return "", 0, fmt.Errorf("POST %s: no Location, or no position", path)
	}
	return at.Path, position, nil
}

// ask makes a request, with Min-Position if that is not 0, and reads its answer.
func (w *world) ask(ctx context.Context, token, method, path, body string, position int64) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+w.api.address("")+path, bytes.NewBufferString(body))
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

// untilReadable waits for the projections, which have the long account to read.
func (w *world) untilReadable(ctx context.Context, path string, position int64) error {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	for {
		answer, err := w.ask(ctx, w.job.Tokens[0], http.MethodGet, path, "", position) //nolint:bodyclose // ask has read and closed it
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

// lockKeys locks the keys of persons as somebody may who migrates, or repairs.
func (w *world) lockKeys(ctx context.Context) (end func(), err error) {
	conn, err := pgx.Connect(ctx, w.owner)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	end = func() { _ = conn.Close(context.WithoutCancel(ctx)) }
	if _, err := conn.Exec(ctx, `BEGIN; LOCK TABLE keys.persons IN ACCESS EXCLUSIVE MODE`); err != nil {
		end()
		return nil, fmt.Errorf("lock keys: %w", err)
	}
	return end, nil
}

// stop ends what was started, and removes it.
func (w *world) stop() {
	for _, p := range []*program{w.api, w.projector} {
		if p != nil {
			p.stop()
		}
	}
	if w.issuer != nil {
		w.issuer.server.Close()
	}
	_ = os.RemoveAll(w.dir) // what stays is temporary
}

// clientFrom returns a client that is at an address of this machine's.
func clientFrom(address string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: victimTimeout}
	return &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4096, DisableCompression: true}}
}

// kindOf returns an error of which there are few kinds.
func kindOf(err error) error {
	if network, ok := errors.AsType[net.Error](err); ok && network.Timeout() {
		return errors.New("no answer in time")
	}
	return errors.New("connection lost")
}
