// Package issuers answers one question: which issuers do the subjects of a log come from? A sub is
// unique within its issuer only (OpenID Connect Core 1.0, 2), so each issuer has a name, and its
// subjects are stored with that name. The first issuer's name is ""; an issuer that calls other
// people by the same subs has a number.
//
// Naming an issuer belongs here, all of it in issuers.go, with its table issuers. Checking a token
// does not: that is engine/auth. A process that starts calls Bind; an operator uses Same and Other,
// by engine/process/migrate. Nothing runs in the background.
//
// It must never choose a name for an issuer by itself where another issuer is known: only an
// operator knows whether both have the same people (docs/decisions/0021).
package issuers
