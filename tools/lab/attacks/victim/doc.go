// Package victim is another client than the attacker: it uses the service as a modest client does,
// and measures what is answered, and in what time.
package victim
