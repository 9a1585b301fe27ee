//go:build all && unix

package replica_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
)

// These constants are time limits of the test itself. The function launch sets the time limits of
// the programs.
const (
	queryTimeout = time.Second
	writes       = 200 // number of measured writes in each state of the replica
	readers      = 64  // number of clients that continuously read
)

// Commands are answered as fast as usual while the replica is behind the primary, frozen, dead or
// missing from the start. Queries are answered within their time limit. When the replica is back,
// everything works again.
func TestReplicaNeverHoldsUpCommands(t *testing.T) {
	t.Parallel()
	p := startPair(t)
	launch(t, "projector", "DATABASE_URL="+p.primary)
	s := &service{t: t, address: launch(t, "api", "DATABASE_URL="+p.primary, "READ_DATABASE_URL="+p.reads, "QUERY_TIMEOUT="+queryTimeout.String()).Address}
	s.open()
	s.deposits(writes) // warm-up
	well := s.deposits(writes)
	t.Logf("well: %s", well)

	execute(t, p.reads, `SELECT pg_wal_replay_pause()`)
	s.whileReading("behind", well, "position_not_reached")
	if status, _, _ := s.get("", ""); status != http.StatusOK {
		t.Errorf("behind: a query for what is there is answered %d", status)
	}
	execute(t, p.reads, `SELECT pg_wal_replay_resume()`)
	s.recovered("behind")

	wake := freeze(t, p.standby)
	s.whileReading("frozen", well, "unavailable")
	s.transfer()
	wake()
	s.recovered("frozen")

	if err := p.standby.Kill(); err != nil {
		t.Fatal(err)
	}
	s.whileReading("dead", well, "unavailable")
	other := &service{t: t, account: s.account,
		address: launch(t, "api", "DATABASE_URL="+p.primary, "READ_DATABASE_URL="+p.reads, "QUERY_TIMEOUT="+queryTimeout.String()).Address}
	other.deposits(1)
	if err := p.standby.Relaunch(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.recovered("dead")
	other.last = s.last
	other.recovered("away at the start")
}

// service is a running API with one account.
type service struct {
	t       *testing.T
	address string
	account string
	last    string // position in the answer to the last command
}

func (s *service) open() {
	s.t.Helper()
	status, header, body := s.send(http.MethodPost, "/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, "")
	if status != http.StatusCreated {
		s.t.Fatalf("open: %d %s", status, body)
	}
	s.account, s.last = "/v1/"+header.Get("Location"), header.Get("Event-Position")
}

// transfer requests a transfer. The API answers soon, although it can't look for the owner of the
// account in the replica.
func (s *service) transfer() {
	s.t.Helper()
	began := time.Now()
	body := fmt.Sprintf(`{"from":%q,"to":%q,"amount":1,"reference":"frozen"}`, path.Base(s.account), uuid.NewString())
	status, _, answer := s.send(http.MethodPost, "/v1/transfers", body, "")
	if took := time.Since(began); status != http.StatusAccepted || took > 2*time.Second {
		s.t.Errorf("frozen: a transfer is answered %d after %s: %s", status, took, answer)
	}
}

// pace holds the median, the longest and the total time of some commands.
type pace struct{ median, worst, all time.Duration }

func (p pace) String() string {
	return fmt.Sprintf("median %s, worst %s, all %s", p.median, p.worst, p.all)
}

// deposits sends n commands one after another, and returns how long they took.
func (s *service) deposits(n int) pace {
	s.t.Helper()
	took := make([]time.Duration, 0, n)
	begun := time.Now()
	for range n {
		started := time.Now()
		status, header, body := s.send(http.MethodPost, s.account+"/deposits", `{"amount":1}`, "")
		if status != http.StatusOK {
			s.t.Fatalf("deposit: %d %s", status, body)
		}
		took = append(took, time.Since(started))
		s.last = header.Get("Event-Position")
	}
	slices.Sort(took)
	return pace{took[n/2], took[n-1], time.Since(begun)}
}

// get queries the account. get returns the status and code of the answer, and the time until the
// answer came.
func (s *service) get(position, prefer string) (status int, code string, took time.Duration) {
	started := time.Now()
	status, _, body := s.send(http.MethodGet, s.account, "", position, "Prefer", prefer)
	var problem struct{ Code string }
	_ = json.Unmarshal(body, &problem) // the body of an account has no code
	return status, problem.Code, time.Since(started)
}

// whileReading lets many clients query a position that the replica does not have yet. Meanwhile
// whileReading measures how fast commands are answered, and compares this with the normal speed.
func (s *service) whileReading(state string, well pace, want string) {
	s.t.Helper()
	s.deposits(1)
	var reading sync.WaitGroup
	enough := make(chan struct{})
	position := s.last
	for range readers {
		reading.Go(func() {
			for {
				select {
				case <-enough:
					return
				default:
				}
				if status, code, took := s.get(position, "wait=1"); status != http.StatusServiceUnavailable || took > 2*time.Second+queryTimeout {
					s.t.Errorf("%s: a query is answered %d %s after %s", state, status, code, took)
					return
				}
			}
		})
	}
	now := s.deposits(writes)
	s.t.Logf("%s: %s", state, now)
	if now.all > 2*well.all+time.Second || now.worst > well.worst+time.Second {
		s.t.Errorf("%s: commands are slower: %s, and were %s", state, now, well)
	}
	started := time.Now()
	if status, _, _ := s.send(http.MethodGet, "/readyz", "", ""); status != http.StatusOK || time.Since(started) > queryTimeout { // the check of the replica may take as long as a query
		s.t.Errorf("%s: readiness is %d after %s", state, status, time.Since(started))
	}
	close(enough)
	reading.Wait()
	if status, code, took := s.get("", ""); want == "unavailable" && (code != want || took > queryTimeout+time.Second) {
		s.t.Errorf("%s: a plain query is answered %d %s after %s", state, status, code, took)
	}
}

// recovered checks that a query returns the result of the last write.
func (s *service) recovered(state string) {
	s.t.Helper()
	await.True(s.t, state+": the last command can be read", func() bool {
		status, _, _ := s.get(s.last, "wait=1")
		return status == http.StatusOK
	})
}

func (s *service) send(method, path, body, position string, headers ...string) (int, http.Header, []byte) {
	if strings.HasPrefix(path, "/") {
		path = "http://" + s.address + path
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, path, bytes.NewBufferString(body))
	if err != nil {
		panic(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if position != "" {
		r.Header.Set("Min-Position", position)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	answer, err := client.Do(r)
	if err != nil {
		return 0, nil, []byte(err.Error())
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, nil, []byte(err.Error())
	}
	return answer.StatusCode, answer.Header, content
}

var client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 2 * readers}}
