// Package mixes holds the named loads and their accounts. It opens the accounts through the API,
// and knows the API only as a client does.
package mixes
