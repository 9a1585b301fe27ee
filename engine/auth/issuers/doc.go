// Package issuers answers one question: which issuers do the subjects of a log come from? A sub
// is unique only within its issuer (OpenID Connect Core 1.0, 2), so each issuer has a name, and
// its subjects are stored with that name. The name of the first issuer is "". An issuer whose
// subs stand for other people than the known issuers' subs has a number as its name.
//
// Package issuers, in issuers.go, gives names to issuers and stores them in the table issuers.
// Package issuers checks no token: engine/auth checks tokens. A process that starts calls Bind;
// engine/process/migrate calls Same and Other for an operator. Package issuers starts no
// goroutine.
//
// If the database knows another issuer, package issuers must never choose a name for a new
// issuer by itself: only an operator knows whether both issuers have the same people
// (docs/decisions/0021).
package issuers
