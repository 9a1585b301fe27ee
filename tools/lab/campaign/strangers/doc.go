// Package strangers does what others do to a service: they lock tables and rows, sit in
// transactions, end sessions, and send tokens of their own making.
package strangers
