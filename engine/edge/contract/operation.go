package contract

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
)

// Operation is the part of the contract about one HTTP method and path.
type Operation struct {
	ID         string
	Scope      string // scope that the caller's token must grant; "" if the operation is open to everybody
	Reads      bool   // whether the operation is a query, whatever its method
	parameters []parameter
	query      map[string]bool // the names of the operation's query parameters
	body       *openapi3.Schema
}

type parameter struct {
	name     string
	in       string
	required bool
	schema   *openapi3.Schema
}

// Takes reports whether the operation has a parameter with this name.
func (o Operation) Takes(parameterName string) bool {
	return slices.ContainsFunc(o.parameters, func(p parameter) bool { return p.name == parameterName })
}

// values returns the decoded values of the parameter in the request. If a header occurs several
// times, values joins its values with commas. In the request, values replaces the header by the
// joined value, for later handlers.
func (p parameter) values(r *http.Request, query url.Values) []string {
	switch p.in {
	case openapi3.ParameterInPath:
		value := chi.URLParam(r, p.name)
		if r.URL.RawPath == "" { // the router has matched the decoded path, so the value is already decoded
			return []string{value}
		}
		if decoded, err := url.PathUnescape(value); err == nil {
			value = decoded
		}
		return []string{value}
	case openapi3.ParameterInQuery:
		return query[p.name]
	}
	lines := r.Header.Values(p.name)
	if len(lines) > 1 {
		lines = []string{strings.Join(lines, ", ")}
		r.Header[http.CanonicalHeaderKey(p.name)] = lines
	}
	return lines
}
