// Package guest is the test domain for personal data: guests, with a name and an address that are
// encrypted.
//
// Put events with personal fields, the event that erases a person, and what a service's migration
// would add (Forgets) in guest.go. Cases without personal data belong in engine/enginetest/tank.
// Package guest is only for tests and examples, must know nothing of a service, and shows how such
// events are declared. The encryption is in engine/personal.
package guest
