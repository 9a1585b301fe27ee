package contracttest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/engine/enginetest/contracttest/problemlist"
)

// Client returns an HTTP client that compares every answer with the contract. The test fails if an
// answer does not conform to the contract. The client sends its requests through the RoundTripper
// base.
func (c *Contract) Client(t testing.TB, base http.RoundTripper) *http.Client {
	t.Helper()
	return &http.Client{Transport: transport{t, base, c.Document, c.problems}}
}

// InProcess returns a RoundTripper that passes requests to a handler in the same process, without a
// network.
func InProcess(handler http.Handler) http.RoundTripper { return inProcess{handler} }

type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	served := r.Clone(r.Context())
	if served.Body == nil {
		served.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, served)
	answer := recorder.Result()
	answer.Request = r
	return answer, nil
}

type transport struct {
	t        testing.TB
	base     http.RoundTripper
	document *openapi3.T
	problems *problemlist.List
}

func (c transport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if err := c.check(r, answer, body); err != nil {
		c.t.Errorf("%s %s: the answer breaks the contract: %v\n%d %s", r.Method, r.URL, err, answer.StatusCode, body)
	}
	return answer, nil
}

func (c transport) check(r *http.Request, answer *http.Response, body []byte) error {
	response, codes, err := c.find(r, answer.StatusCode)
	if err != nil {
		return err
	}
	if err := checkHeaders(response, answer.Header); err != nil {
		return err
	}
	if r.Method == http.MethodHead {
		return nil
	}
	if err := checkBody(response, answer.Header.Get("Content-Type"), body); err != nil || codes == nil {
		return err
	}
	return problemlist.Check(codes, answer.StatusCode, body)
}

// find returns the response of the contract with which an answer must be compared. If the answer is
// a problem, find also returns the problem codes that this operation may have. If no path of the
// contract matches the request, only the status 404 is allowed. If the path has no operation with
// the request's method, only 405 is allowed.
func (c transport) find(r *http.Request, status int) (response *openapi3.Response, codes map[string]int, err error) {
	item := c.item(r.URL.EscapedPath())
	switch {
	case item == nil && status == http.StatusNotFound:
		return c.problems.At(status), c.problems.One("no_such_route"), nil
	case item == nil:
		return nil, nil, errors.New("there is no such path")
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	operation := item.GetOperation(method)
	if operation == nil && status == http.StatusMethodNotAllowed {
		return c.problems.At(status), c.problems.One("method_not_allowed"), nil
	}
	if operation == nil {
		return nil, nil, fmt.Errorf("status %d is not documented", status)
	}
	if known := operation.Responses.Status(status); known != nil {
		return known.Value, nil, nil
	}
	codes = c.problems.Of(item, operation)
	if operation.Responses.Default() == nil || !slices.Contains(slices.Collect(maps.Values(codes)), status) {
		return nil, nil, fmt.Errorf("status %d is not documented", status)
	}
	return c.problems.At(status), codes, nil
}

// item returns the path of the contract that matches the path of the request. A segment of the
// contract's path like {id} matches any segment.
func (c transport) item(path string) *openapi3.PathItem {
	segments := strings.Split(path, "/")
	for _, known := range c.document.Paths.InMatchingOrder() {
		if matches(strings.Split(known, "/"), segments) {
			return c.document.Paths.Value(known)
		}
	}
	return nil
}

func matches(known, segments []string) bool {
	if len(known) != len(segments) {
		return false
	}
	for i := range known {
		if known[i] != segments[i] && !(strings.HasPrefix(known[i], "{") && segments[i] != "") {
			return false
		}
	}
	return true
}
