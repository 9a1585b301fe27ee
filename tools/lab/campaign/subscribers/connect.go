//go:build linux

package subscribers

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/requests"
)

// run sends one request after another, and reads each HTTP answer to its end, until ctx ends.
func (s *subscriber) run(ctx context.Context) {
	interval.Pause(ctx, interval.Between(s.random, 0, 4*time.Second))
	for known := s.plan.of == ""; !known && ctx.Err() == nil; interval.Pause(ctx, 50*time.Millisecond) {
		s.got.Filter.Stream, known = s.subscribers.log.First(s.plan.of)
	}
	if s.begun = s.plan.start != fromNow; s.plan.start == fromMiddle {
		for deadline := time.Now().Add(10 * time.Second); s.subscribers.log.Head() < 200 && time.Now().Before(deadline) && ctx.Err() == nil; {
			interval.Pause(ctx, 50*time.Millisecond)
		}
		s.moveTo(s.subscribers.log.Head() / 2)
	}
	s.got.After = s.position
	for ctx.Err() == nil {
		s.got.Ends[s.answer(ctx)]++
		interval.Pause(ctx, interval.Between(s.random, 20*time.Millisecond, 300*time.Millisecond))
	}
}

// answer sends one request, reads the HTTP answer to its end, and returns how the answer ended.
func (s *subscriber) answer(ctx context.Context) (ended string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	process := s.subscribers.apis.Pick(s.home)
	request, err := s.request(ctx, process)
	if err != nil {
		return fmt.Sprint("no request: ", err)
	}
	response, err := client.Do(request)
	if err != nil {
		s.subscribers.apis.Down(process)
		s.home = process + 1
		return "no answer"
	}
	defer func() { _ = response.Body.Close() }()
	s.subscribers.apis.Up(process)
	if response.StatusCode != http.StatusOK {
		s.home = process + 1
		body, _ := io.ReadAll(response.Body) // without a body, there is no code
		code := requests.CodeOf(body)
		switch {
		case code == "log_changed":
			s.restart()
		case response.StatusCode == http.StatusInternalServerError:
			s.say("API %d answered 500 to %s: %s", process, request.URL, body)
		}
		return answers.AnswerOf(response.StatusCode, code)
	}
	epoch := response.Header.Get("Log-Epoch")
	if epoch == "" { // the process has not read the log yet, so its answer has no epoch, and the subscriber could not check a position of the answer later
		return "no epoch"
	}
	s.epoch = epoch
	s.got.Connections++
	if s.plan.form == pages {
		return s.page(response)
	}
	patience := s.patience()
	silence := time.AfterFunc(patience, cancel)
	defer silence.Stop()
	return s.read(response.Body, func() { silence.Reset(patience) })
}

// patience returns the time for which the subscriber waits for the next frame before it reconnects.
// The service sends a frame at least every ten seconds. On about one connection in three, the
// subscriber waits for less than ten seconds, so it may reconnect although the service works.
func (s *subscriber) patience() time.Duration {
	if s.random.IntN(3) == 0 {
		return interval.Between(s.random, time.Second, 6*time.Second)
	}
	return interval.Between(s.random, 12*time.Second, 16*time.Second)
}

// client opens a new connection for each request. Each connection passes through the wire (a TCP
// proxy) in front of an API.
var client = &http.Client{Transport: &http.Transport{
	DialContext: (&net.Dialer{Timeout: answers.CallFor}).DialContext, ResponseHeaderTimeout: answers.QueryFor, DisableKeepAlives: true, DisableCompression: true,
}}

// request returns the next request of the subscriber, which names the subscriber's position.
func (s *subscriber) request(ctx context.Context, process int) (*http.Request, error) {
	asked := s.query()
	path := "/v1/feed"
	switch {
	case s.plan.form == row:
		path = "/v1/accounts/" + s.got.Filter.Stream.String()
	case s.plan.direct:
		path = "/v1/accounts/" + s.got.Filter.Stream.String() + "/events"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.subscribers.fronts[process]+path+"?"+asked.Encode(), http.NoBody)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", s.plan.form.accept())
	r.Header.Set("Authorization", "Bearer "+s.token())
	if s.epoch != "" {
		r.Header.Set("Log-Epoch", s.epoch)
	}
	if s.resumes() {
		r.Header.Set("Last-Event-ID", strconv.FormatInt(s.position, 10))
	}
	return r, nil
}

// resumes reports whether the next request has the header Last-Event-ID instead of the parameter
// after.
func (s *subscriber) resumes() bool {
	return s.plan.form.accept() == events.accept() && s.begun && s.got.Connections > 0
}

// query returns the query parameters of the next request.
func (s *subscriber) query() url.Values {
	asked := url.Values{}
	if s.plan.form == row {
		return asked
	}
	if len(s.plan.types) > 0 {
		asked["type"] = s.plan.types
	}
	if s.got.Filter.Stream != uuid.Nil && !s.plan.direct {
		asked.Set("stream", s.got.Filter.Stream.String())
	}
	switch {
	case !s.begun:
		asked.Set("after", "now")
	case !s.resumes():
		asked.Set("after", strconv.FormatInt(s.position, 10))
	}
	switch s.plan.form { //nolint:exhaustive // the other forms have no parameter of their own
	case export:
		asked.Set("follow", "false")
	case pages:
		asked.Set("limit", strconv.Itoa(1+s.random.IntN(pageLimit)))
	}
	return asked
}

const pageLimit = 200 // maximum number of events on a page

func (s *subscriber) token() string {
	valid := time.Hour
	if s.plan.expires {
		valid = interval.Between(s.random, 4*time.Second, 15*time.Second)
	}
	return s.subscribers.tokens.ShortToken(s.plan.subject, s.plan.scopes(), valid)
}
