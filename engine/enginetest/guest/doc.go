// Package guest is the test domain for personal data: guests, with a name and an address that are
// encrypted.
//
// Events with personal fields, the event that erases, and what a service's migration would add
// (Forgets) belong here, in guest.go. A case without personal data does not: that is for
// engine/enginetest/tank. It is only for tests and examples, must know nothing of a service, and
// shows how events of this kind are declared. The encryption is in engine/personal.
package guest
