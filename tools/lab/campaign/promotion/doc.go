// Package promotion promotes a standby after its primary has died in one of several ways.
package promotion
