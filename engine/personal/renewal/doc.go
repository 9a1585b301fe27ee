// Package renewal answers one question: how do look-ups get a new secret? Look-ups are the index
// entries by which searches find persons, and they are made with a secret. The package decrypts the
// texts in the log, and makes all look-ups again from these texts, with a new secret. Then the
// package destroys the old secret.
//
// The package has the steps of a renewal. engine/personal/lookup has the secrets.
// engine/personal/rotation decides when to replace the secrets, and then calls Run.
//
// In reading order: renewal.go describes the steps; secrets.go stores, activates and destroys
// secrets; texts.go decrypts the texts by which persons may be found; renew.go makes the look-ups
// of the whole log again.
//
// The tables of the package are keys.secrets, keys.lookups and keys.retired; engine/eventlog/logsql
// has the SQL for the events of the log. Appends are possible during a renewal. The package must
// never make look-ups with a new secret before every running process uses this secret for searches.
// The package must never keep a secret that an old copy of the key file decrypts.
package renewal
