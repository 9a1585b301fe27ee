package problemlist

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Problem is the entry of the contract for one problem code.
type Problem struct {
	Status int      `json:"status"`
	With   []string `json:"with"` // an operation with one of these features (a parameter, a body …) may answer with the code; nil: operations list the code
}

// List contains the problems of the response ProblemAnswer. This response is the default response
// of every operation.
type List struct {
	answer    *openapi3.Response
	codes     map[string]Problem
	always    map[string][]int // for each header, the statuses whose answers always have it
	sometimes map[string][]int
}

// Read returns the List of a contract.
func Read(document *openapi3.T) (*List, error) {
	ref := document.Components.Responses["ProblemAnswer"]
	if ref == nil {
		return nil, errors.New("the contract has no response ProblemAnswer")
	}
	p := &List{answer: ref.Value}
	for name, into := range map[string]any{"x-problems": &p.codes, "x-always": &p.always, "x-sometimes": &p.sometimes} {
		text, err := json.Marshal(ref.Value.Extensions[name])
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, fmt.Errorf("%s of ProblemAnswer: %w", name, err)
		}
	}
	return p, nil
}

// Named returns the problem codes that an operation lists in its own extension x-problems.
func Named(operation *openapi3.Operation) (codes []string) {
	list, _ := operation.Extensions["x-problems"].([]any)
	for _, code := range list {
		codes = append(codes, fmt.Sprint(code))
	}
	return codes
}

// One returns a map with one problem code and its HTTP status.
func (p *List) One(code string) map[string]int { return map[string]int{code: p.codes[code].Status} }

// Of returns the problem codes with which an operation may answer, and the HTTP status of each
// code. If an operation names a code that the response ProblemAnswer does not have, the code
// belongs to a business rule, and its status is 422.
func (p *List) Of(item *openapi3.PathItem, operation *openapi3.Operation) map[string]int {
	has := map[string]bool{
		"any": true, "body": operation.RequestBody != nil, "token": operation.Security == nil || len(*operation.Security) > 0,
	}
	for _, tag := range operation.Tags {
		has[tag] = true
	}
	for _, parameter := range slices.Concat(item.Parameters, operation.Parameters) {
		has[parameter.Value.Name] = true
	}
	codes := map[string]int{}
	for code, problem := range p.codes {
		if slices.ContainsFunc(problem.With, func(what string) bool { return has[what] }) {
			codes[code] = problem.Status
		}
	}
	for _, code := range Named(operation) {
		codes[code] = http.StatusUnprocessableEntity
		if problem, ok := p.codes[code]; ok {
			codes[code] = problem.Status
		}
	}
	return codes
}

// At returns the response of the contract for problems with this status. The status decides which
// headers the response must have.
func (p *List) At(status int) *openapi3.Response {
	response := *p.answer
	response.Headers = openapi3.Headers{}
	for name, ref := range p.answer.Headers {
		header := *ref.Value
		header.Required = slices.Contains(p.always[name], status)
		bound := p.always[name] != nil || p.sometimes[name] != nil
		if header.Required || !bound || slices.Contains(p.sometimes[name], status) {
			response.Headers[name] = &openapi3.HeaderRef{Value: &header}
		}
	}
	return &response
}

// All returns all problems of the contract, by their codes.
func (p *List) All() map[string]Problem { return maps.Clone(p.codes) }
