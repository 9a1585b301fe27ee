package contract

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
)

// Operation is what the contract says about a method on a path.
type Operation struct {
	ID         string
	Scope      string // that a caller needs; "" if the operation is open to everybody
	Reads      bool   // it is a query, whatever its method
	parameters []parameter
	query      map[string]bool // the names of its query parameters
	body       *openapi3.Schema
}

type parameter struct {
	name     string
	in       string
	required bool
	schema   *openapi3.Schema
}

// Takes reports whether the operation has a parameter.
func (o Operation) Takes(parameterName string) bool {
	return slices.ContainsFunc(o.parameters, func(p parameter) bool { return p.name == parameterName })
}

// values returns what the request gives for the parameter, decoded. Several lines of one header are
// one list, here and for every later reader.
func (p parameter) values(r *http.Request, query url.Values) []string {
	switch p.in {
	case openapi3.ParameterInPath:
		value := chi.URLParam(r, p.name)
		if r.URL.RawPath == "" { // the router has matched the decoded path
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
