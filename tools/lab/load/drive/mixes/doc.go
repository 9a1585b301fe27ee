// Package mixes contains the named kinds of load (mixes) and their accounts. Package mixes opens
// the accounts through the API, and uses the API only as a client does.
package mixes
