package contract

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/engine/edge/contract/rules"
	"example.com/pgcqrs/engine/edge/problem"
)

// Check compares the parameters and the body of a request with the operation. Check returns at most
// one error for each field, and at most 20 errors in all. If the request conforms, Check returns
// nothing. Check replaces the request's Body by the value that was checked. Check must run after
// the router has found the route.
func (o Operation) Check(r *http.Request, body []byte) problem.Invalid {
	wrong := &rules.Problems{}
	o.checkParameters(r, wrong)
	if o.body != nil {
		o.checkBody(r, body, wrong)
	}
	return wrong.Sorted()
}

func (o Operation) checkParameters(r *http.Request, wrong *rules.Problems) {
	query := url.Values{}
	if r.URL.RawQuery != "" {
		var err error
		if query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
			wrong.Add("query", "syntax", "is not a valid query string")
		}
		for name := range query {
			if !o.query[name] {
				wrong.Add(name, "unknown", "is not a parameter of this request")
			}
		}
	}
	for _, p := range o.parameters {
		values := p.values(r, query)
		switch {
		case p.schema.Type.Is(openapi3.TypeArray) && len(values) > 0:
			p.checkList(values, wrong)
		case len(values) == 1:
			p.check(values[0], wrong)
		case len(values) > 1:
			wrong.Add(p.name, "single", "may be given only once")
		case p.required:
			wrong.Add(p.name, "required", "is missing; "+rules.Wording(p.schema))
		}
	}
}

// checkList checks a parameter that may occur several times in a request.
func (p parameter) checkList(values []string, wrong *rules.Problems) {
	list := make([]any, len(values))
	for i, value := range values {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			wrong.Add(p.name, "text", "must be UTF-8 without NUL")
			return
		}
		list[i] = value
	}
	wrong.Visit(p.name, list, p.schema)
}

// check compares a parameter's text with the parameter's schema. For a header, only the pattern of
// the schema limits which bytes are allowed. If the schema has no pattern, check accepts any bytes,
// and the service ignores or replaces a header that it can't interpret.
func (p parameter) check(text string, wrong *rules.Problems) {
	if p.in != openapi3.ParameterInHeader && (!utf8.ValidString(text) || strings.ContainsRune(text, 0)) {
		wrong.Add(p.name, "text", "must be UTF-8 without NUL")
		return
	}
	var value any = text
	if p.schema.Type.Is(openapi3.TypeInteger) {
		value = json.Number(text)
	}
	wrong.Visit(p.name, value, p.schema)
}
