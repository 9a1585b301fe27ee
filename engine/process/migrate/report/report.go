package report

import (
	"encoding/json"
	"fmt"
	"io"

	"example.com/pgcqrs/engine/pg/role"
)

// Report collects what migrate has done. A Report is printed line by line, or as one JSON document
// at the end.
type Report struct {
	asJSON        *bool
	out, warnings io.Writer

	Engine        int64      `json:"engine_version,omitempty"`
	Schema        int64      `json:"schema_version,omitempty"` // version of the service's own schema
	Applied       *int       `json:"migrations_applied,omitempty"`
	RolesMade     []string   `json:"roles_made,omitempty"`
	RightsGiven   int        `json:"rights_given,omitempty"`
	Logins        []admitted `json:"logins,omitempty"`
	Closed        bool       `json:"closed_to_others,omitempty"`
	NotClosed     string     `json:"not_closed_because,omitempty"`
	KeyMade       string     `json:"key_made,omitempty"`
	KeysWrapped   *int       `json:"keys_wrapped,omitempty"`
	KeysDropped   *int       `json:"keys_dropped,omitempty"`
	KeysDestroyed *int64     `json:"keys_destroyed,omitempty"`
	Epoch         string     `json:"epoch,omitempty"`
	Issuer        *Issuer    `json:"issuer,omitempty"`
	Warnings      []string   `json:"warnings,omitempty"`
}

// admitted is a login that was created, or that existed already.
type admitted struct {
	Login        string `json:"login"`
	Role         string `json:"role"`
	PasswordKept bool   `json:"password_kept"`
}

// Issuer is an issuer of tokens that was added, or that was known already.
type Issuer struct {
	URL  string `json:"url"`
	Name string `json:"name"` // prefix with which the subjects of the issuer are stored
}

// New returns a Report that prints results to out, and warnings to the writer warnings.
func New(asJSON *bool, out, warnings io.Writer) *Report {
	return &Report{asJSON: asJSON, out: out, warnings: warnings}
}

// Line prints a line, unless the report is printed as JSON.
func (r *Report) Line(format string, args ...any) {
	if !*r.asJSON {
		fmt.Fprintf(r.out, format+"\n", args...)
	}
}

// Warn prints a warning that requires an action of the operator.
func (r *Report) Warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if *r.asJSON {
		r.Warnings = append(r.Warnings, text)
		return
	}
	fmt.Fprintln(r.warnings, "WARN: "+text)
}

// Login adds the result of role.Grant to the report.
func (r *Report) Login(granted role.Granted) {
	r.Logins = append(r.Logins, admitted{granted.Login, granted.Role, granted.Kept})
	r.Line("%s may log in, with the rights of %s", granted.Login, granted.Role)
	if granted.Kept {
		r.Line("%s: its password is left as it is, for nothing says that migrate has made this login", granted.Login)
	}
	if granted.Excess != "" {
		r.Warn("login %q has more rights than a program needs, and may change the log: %s. Take them away", granted.Login, granted.Excess)
	}
}

// End prints the JSON document, if the report is printed as JSON.
func (r *Report) End() error {
	if !*r.asJSON {
		return nil
	}
	encoder := json.NewEncoder(r.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
