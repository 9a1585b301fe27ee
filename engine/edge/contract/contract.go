package contract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/problem"
)

// Contract is an OpenAPI document: what there is, and what it asks for.
type Contract struct {
	Text       []byte // as it is served
	operations map[string]Operation
}

// Operation is what the contract says of a method on a path.
type Operation struct {
	ID         string
	Scope      string // that a caller needs; "" for what is everybody's
	Reads      bool   // it is a query, whatever its method
	parameters []parameter
	query      map[string]bool // the names that there are
	body       *openapi3.Schema
}

type parameter struct {
	name     string
	in       string
	required bool
	schema   *openapi3.Schema
}

// Read reads a document, which must be valid. It takes longer than most tests do: a service reads it once.
func Read(text []byte) (*Contract, error) {
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, fmt.Errorf("load spec: %w", err)
	}
	if err := document.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("validate spec: %w", err)
	}
	c := &Contract{Text: text, operations: map[string]Operation{}}
	for path, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			c.operations[method+" "+path] = newOperation(item.Parameters, op)
		}
	}
	return c, nil
}

// Operation returns what the contract says of a route, METHOD PATTERN; the zero Operation for one that it does not have.
func (c *Contract) Operation(route string) (Operation, bool) {
	op, ok := c.operations[route]
	return op, ok
}

// Routes returns every METHOD PATTERN of the contract, sorted.
func (c *Contract) Routes() []string { return slices.Sorted(maps.Keys(c.operations)) }

func newOperation(shared openapi3.Parameters, op *openapi3.Operation) Operation {
	o := Operation{ID: op.OperationID, Scope: scopeOf(op.Security), Reads: slices.Contains(op.Tags, "queries"), query: map[string]bool{}}
	for _, ref := range slices.Concat(shared, op.Parameters) {
		p := ref.Value
		o.parameters = append(o.parameters, parameter{p.Name, p.In, p.Required, p.Schema.Value})
		if p.In == openapi3.ParameterInQuery {
			o.query[p.Name] = true
		}
	}
	if op.RequestBody != nil {
		o.body = op.RequestBody.Value.Content.Get("application/json").Schema.Value
	}
	return o
}

// scopeOf returns the one scope that an operation asks for, "" if it asks for none, for several, or
// lets in whoever has something else instead.
func scopeOf(security *openapi3.SecurityRequirements) string {
	if security == nil || len(*security) != 1 || len((*security)[0]) != 1 {
		return ""
	}
	if asked := (*security)[0]["oidc"]; len(asked) == 1 {
		return asked[0]
	}
	return ""
}

// Check holds a request, and its body if the operation has one, to what the operation asks for. It returns everything
// that is wrong with it, nothing for what may pass. The request's Body is then the value that was checked. It stands
// behind the routing.
func (o Operation) Check(r *http.Request, body []byte) problem.Invalid {
	wrong := &problems{}
	o.checkParameters(r, wrong)
	if o.body != nil {
		o.checkBody(r, body, wrong)
	}
	return wrong.sorted()
}

// Takes says whether the operation has a parameter.
func (o Operation) Takes(parameterName string) bool {
	return slices.ContainsFunc(o.parameters, func(p parameter) bool { return p.name == parameterName })
}

func (o Operation) checkParameters(r *http.Request, wrong *problems) {
	query := url.Values{}
	if r.URL.RawQuery != "" {
		var err error
		if query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
			wrong.add("query", "syntax", "is not a valid query string")
		}
		for name := range query {
			if !o.query[name] {
				wrong.add(name, "unknown", "is not a parameter of this request")
			}
		}
	}
	for _, p := range o.parameters {
		values := p.values(r, query)
		switch {
		case len(values) == 1:
			p.check(values[0], wrong)
		case len(values) > 1:
			wrong.add(p.name, "single", "may be given once")
		case p.required:
			wrong.add(p.name, "required", "is missing; "+wording(p.schema))
		}
	}
}

// values returns what the request gives for the parameter, decoded. Several lines of one
// header are one list, for us and for who comes after us.
func (p parameter) values(r *http.Request, query url.Values) []string {
	switch p.in {
	case openapi3.ParameterInPath:
		value := chi.URLParam(r, p.name)
		if r.URL.RawPath == "" { // the router has taken the path as it is decoded
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

// check checks a value that came as text, whatever its type. A header is bytes, which its schema's
// pattern judges: one without a pattern is ignored, or replaced, where it makes no sense.
func (p parameter) check(text string, wrong *problems) {
	if p.in != openapi3.ParameterInHeader && (!utf8.ValidString(text) || strings.ContainsRune(text, 0)) {
		wrong.add(p.name, "text", "must be UTF-8 without NUL")
		return
	}
	var value any = text
	if p.schema.Type.Is(openapi3.TypeInteger) {
		value = json.Number(text)
	}
	wrong.visit(p.name, value, p.schema)
}

// formats are stricter than kin-openapi's own, which let 30 February pass and do
// not know UUIDs and e-mail addresses.
var formats = openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
	"uuid":      openapi3.NewCallbackValidator(checkUUID),
	"date-time": openapi3.NewCallbackValidator(checkTime),
	"date":      openapi3.NewCallbackValidator(checkDate),
	"email":     openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForEmail),
})

// checkUUID allows the canonical form only; the uuid package knows others.
func checkUUID(text string) error {
	if len(text) != 36 {
		return errors.New("not 36 characters")
	}
	_, err := uuid.Parse(text)
	return err
}
