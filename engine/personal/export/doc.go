// Package export answers one question: which data about a person is on which page of an export?
//
// The package fills pages with the person's own events (GDPR, Art. 15 and 20). Then the package
// adds the records that refer to the person, each with its events. The service supplies functions
// that read these events and records, with decrypted fields (engine/personal/reveal). The service
// also decides who may export, and encodes a page.
//
// All code of the package is in export.go. The package has no table and no goroutine. A page must
// never exceed its limits by more than one event. All pages together must have each event exactly
// once. Each page begins where the previous page ended, so a failed page can be requested again.
package export
