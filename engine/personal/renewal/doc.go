// Package renewal answers one question: how do look-ups get a new secret? All look-ups are made
// again with it, from the log, where the text is encrypted; then the old secret is destroyed.
//
// The steps of that belong here. The secrets do not (engine/personal/lookup), nor deciding when to
// replace them: engine/personal/rotation calls Run.
//
// In reading order: renewal.go describes the steps; secrets.go stores, activates and destroys
// secrets; texts.go decrypts the texts by which persons may be found; renew.go goes through the
// log.
//
// Its tables are keys.secrets, keys.lookups and keys.retired; engine/eventlog/logsql has SQL for
// the log's events. Appends go on meanwhile. It must never make look-ups with a secret with which
// some process does not search yet, nor keep a secret that an old copy of the key file decrypts.
package renewal
