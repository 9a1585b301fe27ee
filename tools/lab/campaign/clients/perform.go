//go:build linux

package clients

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/requests"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

const (
	keptCommands = 32 // number of commands that each client keeps to send them again much later
)

// again stores a command that took effect. Then again returns this command, or a command that again
// has stored earlier. The client sends the returned command once more.
func (c *client) again(done answers.Command) answers.Command {
	if len(c.kept) < keptCommands {
		c.kept = append(c.kept, done)
	} else {
		c.kept[c.random.IntN(keptCommands)] = done
	}
	if c.random.IntN(2) == 0 {
		return done
	}
	return c.kept[c.random.IntN(len(c.kept))]
}

// perform sends a command repeatedly until the service has accepted or refused it. If a process
// does not answer, perform sends the command to the next process. For half of the commands, perform
// stops when every answer has said that nothing was done. After the end of the run, perform
// continues for at most about a minute.
func (c *client) perform(ending context.Context, what answers.Command) answers.Call {
	var deadline time.Time
	undone, gives := true, c.random.IntN(2) == 0 // gives: the client gives up the command after an answer that nothing was done
	for {
		process := c.clients.apis.Pick(c.home)
		answer := c.call(process, what)
		c.made = append(c.made, answer)
		if answer.Succeeded() || answer.Refused() && !answer.Undecided() {
			c.clients.apis.Up(process)
			c.clients.Count.Add(1)
			return answer
		}
		undone = undone && answer.Undone()
		if undone && gives {
			return answer
		}
		if answer.Status == 0 || answer.Code == "issuer_unavailable" { // the process is not ready, and its /readyz says so
			c.clients.apis.Down(process)
			c.home = process + 1
		}
		if answer.Status == http.StatusUnauthorized {
			c.authorized.until = time.Time{}
		}
		if ending.Err() != nil && deadline.IsZero() {
			deadline = time.Now().Add(time.Minute)
		}
		if !deadline.IsZero() && time.Now().After(deadline) {
			return answer
		}
		wait := interval.Between(c.random, 20*time.Millisecond, 100*time.Millisecond)
		if answer.Status == 409 { // the command's first call is still running
			wait *= 4
		}
		interval.Pause(context.Background(), wait) // waits even after the end of the run
	}
}

func (c *client) call(process int, what answers.Command) answers.Call {
	c.authorized.renew(c.random)
	made := answers.Call{Command: what, Process: process, Token: c.authorized.key, Sent: time.Since(c.clients.started)}
	r := requests.RequestOf(what)
	r.Token = c.authorized.token
	answer, err := c.connections[process].Send(r)
	made.Done = time.Since(c.clients.started)
	if err != nil {
		return made
	}
	var body struct {
		ID       uuid.UUID
		Version  int64
		Position int64 `json:",string"`
		Code     string
	}
	if json.Unmarshal(answer.Body, &body) != nil {
		return made // gives up without an answer
	}
	made.Status, made.Code, made.Version, made.At = answer.Status, body.Code, body.Version, body.Position
	if what.Kind == sample.Requested && made.Succeeded() {
		made.Made = body.ID
	}
	made.Epoch = answer.Header.Get("Log-Epoch")
	return made
}

func raise(highest *atomic.Int64, to int64) {
	for before := highest.Load(); before < to && !highest.CompareAndSwap(before, to); before = highest.Load() {
	}
}
