// Package promotion promotes a standby after its primary has ended in one of several ways.
package promotion
