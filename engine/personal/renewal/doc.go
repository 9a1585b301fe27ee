// Package renewal answers one question: how do look-ups get a new secret? All are made anew by it, from
// the log, where the text is encrypted; then the old secret is destroyed.
//
// The steps of that belong here. What a secret is does not (engine/personal/lookup), nor when they
// are replaced: engine/personal/rotation calls Run.
//
// In reading order: renewal.go says how it goes; secrets.go stores, activates and destroys secrets;
// texts.go decrypts what persons may be found by; renew.go goes through the log.
//
// Its tables are keys.secrets, keys.lookups and keys.retired; the log's events are asked for by
// engine/eventlog/logsql. An append may go on meanwhile. It must never make look-ups by a secret that a
// process does not search by yet, nor keep one that an old copy of the key file decrypts.
package renewal
