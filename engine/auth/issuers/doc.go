// Package issuers answers one question: which issuers are the subjects of a log from? A sub is
// unique within its issuer only (OpenID Connect Core 1.0, 2), so each issuer has a name, which its
// subjects are stored with: the first has "", another that calls other people by the same names
// has a number.
//
// Naming an issuer belongs here, all of it in issuers.go, with its table issuers. Checking a token
// does not: that is engine/auth. Bind is for a process that starts; Same and Other are for an
// operator, by engine/process/migrate. Nothing runs in the background.
//
// It must never choose a name for an issuer by itself where another is known: whether both have
// the same people only an operator knows (docs/decisions/0021).
package issuers
