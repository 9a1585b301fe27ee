// Package workflows lists the service's workflows. Each workflow has a folder below
// internal/workflows, with its functions Correlate, React and Tell. cmd/projector runs all
// workflows, and cmd/ops shows and repairs them.
//
// Reactions to events belong in these folders, as pure functions: without a clock, an id generator
// or a database. The rules of the commands that workflows send belong in internal/write. The
// related package of the engine is engine/workflow, which runs the workflows.
package workflows

import (
	"example.com/pgcqrs/engine/workflow"
	"example.com/pgcqrs/internal/workflows/transfers"
	"example.com/pgcqrs/internal/write"
	"example.com/pgcqrs/internal/write/account"
	"example.com/pgcqrs/internal/write/transfer"
)

// Set has the workflows, and the commands that they may send. The names of workflows and commands are
// stored with jobs, and must never change.
var Set = workflow.Set{
	Workflows: []workflow.Definition{
		transfers.Workflow.Definition(),
		// Every workflow has a line above.
	},
	Targets: []workflow.Target{
		workflow.NewTarget(write.Accounts, map[string]account.Command{
			"send": account.Send{}, "receive": account.Receive{}, "refund": account.Refund{},
		}),
		workflow.NewTarget(write.Transfers, map[string]transfer.Command{
			"note_debited": transfer.NoteDebited{}, "note_completed": transfer.NoteCompleted{}, "refuse": transfer.Refuse{},
			"not_accept": transfer.NotAccept{}, "note_refunded": transfer.NoteRefunded{}, "expire": transfer.Expire{},
		}),
		// Every aggregate to which a workflow sends commands has lines above.
	},
}
