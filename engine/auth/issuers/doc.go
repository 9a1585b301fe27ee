// Package issuers answers one question: from which issuer does a subject in the log come? The claim
// sub of a token is unique only within one issuer (OpenID Connect Core 1.0, 2). Therefore each
// issuer has a name, and its subjects are stored with this name. The name of the first issuer is
// "". If a sub of one issuer and the same sub of another issuer stand for the same person, both
// issuers have the same name. Every other issuer has a number as its name.
//
// Package issuers gives names to issuers and stores the names in the table issuers; all code is in
// issuers.go. Package issuers checks no tokens: engine/auth does. A process calls Bind at its
// start. When an operator changes issuers, engine/process/migrate calls Same or Other. Package
// issuers starts no goroutine.
//
// If the table already has an issuer, package issuers must never choose the name of a second issuer
// by itself. Only an operator knows whether the same sub stands for the same person at both issuers
// (docs/decisions/0021).
package issuers
