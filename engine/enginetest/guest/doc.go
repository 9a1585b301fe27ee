// Package guest is the test domain for personal data: guests of a hotel, whose names and addresses
// are encrypted.
//
// Events with personal fields, the event that erases a person, and the SQL of the constant Forgets,
// which a service would have in a migration, belong in guest.go. Events without personal data
// belong in engine/enginetest/tank. Package guest shows how events with personal fields are
// declared. It is only for tests and examples, and must not depend on a service. The encryption is
// in engine/personal.
package guest
