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

// Problem is the contract's entry for one problem code.
type Problem struct {
	Status int      `json:"status"`
	With   []string `json:"with"` // features of an operation (a parameter, a body …) that make it answer so; nil: operations name the code
}

// List has the problems of the response ProblemAnswer, which is the default of every operation.
type List struct {
	answer    *openapi3.Response
	codes     map[string]Problem
	always    map[string][]int // statuses of the answers that always have a header, by the header
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

// Named returns the codes that an operation lists in its own x-problems.
func Named(operation *openapi3.Operation) (codes []string) {
	list, _ := operation.Extensions["x-problems"].([]any)
	for _, code := range list {
		codes = append(codes, fmt.Sprint(code))
	}
	return codes
}

// One returns a code together with its status.
func (p *List) One(code string) map[string]int { return map[string]int{code: p.codes[code].Status} }

// Of returns the codes with which an operation may answer, each with its status. A code that only
// the operation lists is the code of a business rule.
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

// At returns the response that the contract has for problems with this status; the status decides
// which headers are required.
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

// All returns all problems, by their codes.
func (p *List) All() map[string]Problem { return maps.Clone(p.codes) }
