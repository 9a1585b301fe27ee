//go:build linux

package clients

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/requests"
)

const (
	keptCommands = 32 // of each client, to send them again much later
)

// again remembers a command, and returns it or an earlier one.
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

// perform sends a command until it is answered, to another process after each failure. Once the run
// ends, it continues for a minute.
func (c *client) perform(ending context.Context, what answers.Command) answers.Call {
	var deadline time.Time
	undone, gives := true, c.random.IntN(2) == 0 // it gives up when it is told that nothing was done
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
		if answer.Status == 0 || answer.Code == "issuer_unavailable" { // which its readiness says, too
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
		if answer.Status == 409 { // its first call is still under way
			wait *= 4
		}
		interval.Pause(context.Background(), wait) // also when it is to end
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
		Version  int64
		Position int64 `json:",string"`
		Code     string
	}
	if json.Unmarshal(answer.Body, &body) != nil {
		return made // cut off
	}
	made.Status, made.Code, made.Version, made.At = answer.Status, body.Code, body.Version, body.Position
	made.Epoch = answer.Header.Get("Log-Epoch")
	return made
}

func raise(highest *atomic.Int64, to int64) {
	for before := highest.Load(); before < to && !highest.CompareAndSwap(before, to); before = highest.Load() {
	}
}
