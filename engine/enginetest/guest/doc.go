// Package guest is the test domain for personal data: guests of a hotel, whose names and addresses
// are encrypted.
//
// Events with personal fields, the event that erases a person, and the SQL that a service would
// have in a migration (Forgets) belong in guest.go. Cases without personal data belong in
// engine/enginetest/tank. Package guest is only for tests and examples, must not depend on a
// service, and shows how such events are declared. The encryption is in engine/personal.
package guest
