// Package linear_test checks that the answers of several processes are linearizable (guarantees 3
// and 4): for each account, there must be an order of the commands in which all answers are
// possible.
package linear_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/enginetest/contracttest"
	"example.com/pgcqrs/engine/enginetest/programs"
	"example.com/pgcqrs/test/testdb"
)

// within is the time limit for the search for an order of the answers.
const within = time.Minute

func TestMain(m *testing.M) { programs.Main(m, "../../..", "./cmd/api") }

// For each account, all answers of several processes are possible in one order of the commands. In
// this order, a command comes after all commands that were answered before it was sent. This is
// true for every number of account states that a process may cache.
func TestHistoriesOfSeveralProcessesAreLinearizable(t *testing.T) {
	t.Parallel()
	for name, states := range map[string][]string{
		"cached": {"1000", "1000", "1000"}, "uncached": {"0", "0", "0"}, "mixed": {"1000", "1", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := "DATABASE_URL=" + testdb.ServiceURL(t, testdb.New(t))
			var processes []string
			for _, keep := range states {
				api := programs.Launch(t, "api", database, "KEEP_STATES="+keep,
					"UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "WRITE_CONNECTIONS=3", "READ_CONNECTIONS=2")
				processes = append(processes, api.Address)
			}
			history := drive(t, processes)
			if result, info := porcupine.CheckOperationsVerbose(accounts, history, within); result != porcupine.Ok {
				t.Errorf("%d operations are not linearizable: %s%s", len(history), result, drawing(t, info))
			}
		})
	}
}

// drawing writes the history of an account to an HTML page, and returns a text that names the page.
// drawing returns "" if it can't write the page.
func drawing(t *testing.T, info porcupine.LinearizationInfo) string {
	t.Helper()
	path := t.ArtifactDir() + "/history.html"
	if err := porcupine.VisualizePath(accounts, info, path); err != nil {
		return ""
	}
	return "; see " + path + " (go test -artifacts keeps it)"
}

const (
	linearAccounts = 2
	linearClients  = 4 // number of clients of each process
	linearCommands = 50
)

// drive runs several clients for each process. All clients deposit to and withdraw from the same
// few accounts.
func drive(t *testing.T, processes []string) []porcupine.Operation {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	client := contracttest.Must(api.Spec).Client(t, transport)
	var paths []string
	for i := range linearAccounts {
		answer := send(t, client, processes[i], "/v1/accounts", `{"owner":"Ada","currency":"EUR"}`, 0)
		paths = append(paths, "/v1/accounts/"+answer.id)
	}
	started := time.Now()
	var mu sync.Mutex
	var history []porcupine.Operation
	var all sync.WaitGroup
	for number := range linearClients * len(processes) {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(number), 1)) // the same numbers in every run
			seen := make([]int64, len(paths))
			for range linearCommands {
				account := random.IntN(len(paths))
				command := anyCommand(random, account, seen[account])
				called := time.Since(started)
				answer := send(t, client, processes[number%len(processes)], paths[account]+command.path, command.body, command.ifMatch)
				returned := time.Since(started)
				seen[account] = max(seen[account], answer.version)
				mu.Lock()
				history = append(history, porcupine.Operation{
					ClientId: number, Input: command, Output: answer, Call: called.Nanoseconds(), Return: returned.Nanoseconds(),
				})
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return history
}

// command is a command of a client. A negative amount means a withdrawal.
type command struct {
	account int
	path    string
	body    string
	amount  int64
	ifMatch int64 // 0: no If-Match
}

// anyCommand returns a random command. On average, withdrawals are larger than deposits, so about
// half of the commands are refused. Some commands are accepted only if the account still has the
// last version that the client has seen.
func anyCommand(random *rand.Rand, account int, seen int64) command {
	c := command{account: account, path: "/deposits", amount: random.Int64N(5) + 1}
	if random.IntN(2) == 0 {
		c.path, c.amount = "/withdrawals", -random.Int64N(8)-1
	}
	if random.IntN(4) == 0 {
		c.ifMatch = seen
	}
	c.body = fmt.Sprintf(`{"amount":%d}`, max(c.amount, -c.amount))
	return c
}

// answered is an answer to a command.
type answered struct {
	status  int
	code    string
	id      string
	version int64
}

func send(t *testing.T, client *http.Client, process, path, body string, ifMatch int64) answered {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://"+process+path, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return answered{}
	}
	r.Header.Set("Content-Type", "application/json")
	if ifMatch > 0 {
		r.Header.Set("If-Match", strconv.Quote(strconv.FormatInt(ifMatch, 10)))
	}
	reply, err := client.Do(r)
	if err != nil {
		t.Error(err)
		return answered{}
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	var fields struct {
		Code, ID string
		Version  int64
	}
	if err != nil || json.Unmarshal(text, &fields) != nil {
		t.Errorf("%s: %v: %s", path, err, text)
	}
	return answered{reply.StatusCode, fields.Code, fields.ID, fields.Version}
}

// account is the model of an account. The model implements the business rules independently of the
// service's code.
type account struct{ version, balance int64 }

var accounts = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := make([][]porcupine.Operation, linearAccounts)
		for _, o := range history {
			number := o.Input.(command).account //nolint:forcetypeassert,errcheck // the function drive has set this type
			parts[number] = append(parts[number], o)
		}
		return parts
	},
	Init: func() any { return account{version: 1} },
	Step: func(state, input, output any) (bool, any) {
		return state.(account).step(input.(command), output.(answered)) //nolint:forcetypeassert,errcheck // the function drive has set these types
	},
}

func (a account) step(c command, got answered) (possible bool, next any) {
	holds := c.ifMatch == 0 || c.ifMatch == a.version
	moved := account{a.version + 1, a.balance + c.amount}
	switch got.status {
	case http.StatusOK:
		return holds && moved.balance >= 0 && got.version == moved.version, moved
	case http.StatusPreconditionFailed:
		return !holds && moved.balance >= 0, a
	case http.StatusUnprocessableEntity:
		return moved.balance < 0 && got.code == "insufficient_funds", a
	case http.StatusConflict: // ten attempts lost to concurrent commands
		return true, a
	}
	return false, a
}
