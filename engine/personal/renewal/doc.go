// Package renewal answers one question: how do look-ups get a new secret? Look-ups are hashes of
// texts, made with a secret (HMAC); searches find persons by these hashes. The package decrypts the
// texts in the log by which searches may find persons. From these texts, the package makes all
// look-ups again with a new secret. Then the package destroys the old secret.
//
// The package has the steps of a renewal. engine/personal/lookup has the secrets.
// engine/personal/rotation decides when to replace the secrets, and then calls Run.
//
// In reading order: renewal.go describes the steps; secrets.go stores, activates and destroys
// secrets; texts.go decrypts the texts by which searches may find persons; renew.go makes the
// look-ups of the whole log again.
//
// The tables of the package are keys.secrets, keys.lookups and keys.retired; engine/eventlog/logsql
// has the SQL for the events of the log. Appends are possible during a renewal. The package must
// never make look-ups with a new secret before every process that is not paused uses this secret
// for searches. After a renewal, the package must never leave a secret in the database that an old
// copy of the key file decrypts.
package renewal
