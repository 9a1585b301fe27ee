package seed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"example.com/pgcqrs/tools/dev/story"
)

// step sends the request of a step, and then does what the step says. The result there is the
// number of requests that an earlier run had done.
func (r *run) step(ctx context.Context, step story.Step) (there int, err error) {
	for r.n = max(step.First, 1); r.n <= max(step.Last, 1); r.n++ {
		did, err := r.request(ctx, step)
		if err != nil {
			return there, fmt.Errorf("%s (line %d of %s): %w", step.Title, step.Line, storyFile, err)
		}
		if did {
			there++
		}
	}
	for _, sql := range step.Then {
		if err := r.execute(ctx, sql); err != nil {
			return there, err
		}
	}
	if err := r.await(ctx, step.As, step.Until); err != nil {
		return there, fmt.Errorf("%s (line %d of %s): %w", step.Title, step.Line, storyFile, err)
	}
	return there, nil
}

// request sends one request, and compares the answer with the story.
func (r *run) request(ctx context.Context, step story.Step) (there bool, err error) {
	path, body := r.fill(step.Path), strings.TrimSpace(r.fill(step.Body))
	headers, conditional := r.headers(step, path, body)
	answer, err := r.client.send(ctx, step.As, step.Method, path, body, headers)
	if err != nil {
		return false, err
	}
	if answer.is(step.Want) {
		return answer.code == "replayed", nil
	}
	stale := answer.status == http.StatusPreconditionFailed && conditional // the step was done when its Idempotency-Key had expired
	if stale || slices.ContainsFunc(step.There, answer.is) {
		return true, nil
	}
	return false, fmt.Errorf("%s %s as %s: the answer is %s; the story expects %s", step.Method, path, step.As.Name, answer, said(step.Want))
}

// headers returns the headers of a request: those of the story, an Idempotency-Key for a command,
// and the position of the last command for a query. The key depends only on the request, so that it
// is the same in each run. The result conditional says whether the request has If-Match.
func (r *run) headers(step story.Step, path, body string) (headers []story.Header, conditional bool) {
	for _, header := range step.Headers {
		headers = append(headers, story.Header{Name: header.Name, Value: r.fill(header.Value)})
	}
	has := func(name string) bool {
		return slices.ContainsFunc(headers, func(h story.Header) bool { return strings.EqualFold(h.Name, name) })
	}
	conditional = has("If-Match")
	switch {
	case step.Method == http.MethodPost && !has("Idempotency-Key"):
		hash := sha256.Sum256(fmt.Append(nil, step.As, step.Method, path, headers, body))
		headers = append(headers, story.Header{Name: "Idempotency-Key", Value: "dev-seed-" + hex.EncodeToString(hash[:12])})
	case step.Method == http.MethodGet && r.client.position > 0 && !has("Min-Position"):
		headers = append(headers, story.Header{Name: "Min-Position", Value: strconv.FormatInt(r.client.position, 10)})
	}
	return headers, conditional
}

func said(wanted story.Answer) string {
	if wanted.Status == 0 {
		return "a success"
	}
	return strings.TrimSpace(strconv.Itoa(wanted.Status) + " " + wanted.Code)
}
