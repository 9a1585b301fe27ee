// Package mixes holds the loads that have a name, and the accounts that they are about: it opens
// these through the API, and knows the API as a client does.
package mixes
