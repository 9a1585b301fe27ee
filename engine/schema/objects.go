package schema

// Tables has the names of the engine's tables. A name with a dot begins with the name of its
// database schema. A name without a dot is looked up on the search path.
var Tables = []string{
	"events", "append_lock", "outbox", "idempotency_keys", "elapsed", "checkpoints", "parked_streams", "dead_messages", "redrives", "applied_ranges", "chain_links", "log_epochs",
	"snapshots", "snapshot_cursor", "erasures", "issuers", "event_tags", "workflow_instances",
	"keys.persons", "keys.erased", "keys.lookups", "keys.secrets", "keys.retired",
}

// Always has the triggers that must fire in every session, by table and name, because guarantees
// depend on them. These triggers also fire for changes by logical replication (ENABLE ALWAYS).
var Always = []string{
	"events.append_only", "events.append_only_truncate",
	"log_epochs.append_only", "log_epochs.append_only_truncate", "log_epochs.in_order",
	"chain_links.append_only", "chain_links.append_only_truncate",
	"event_tags.append_only", "event_tags.append_only_truncate",
}

// Triggers has all other triggers of the engine's tables, by table and name. These triggers need
// not fire for changes that logical replication applies.
var Triggers = []string{
	"elapsed.by_steps",
	"dead_messages.count_redrives", "dead_messages.count_redrives_truncate",
	"keys.persons.refuse_erased", "keys.persons.refuse_retired", "keys.secrets.refuse_retired", "keys.secrets.refuse_secret", "keys.lookups.refuse_retired",
	"chain_links.in_order",
}

// Constraints has the constraints of the engine's tables, by table and name.
var Constraints = []string{
	"applied_ranges.applied_ranges_check", "applied_ranges.applied_ranges_pkey", "applied_ranges.applied_ranges_projection_fkey",
	"checkpoints.checkpoints_pkey", "checkpoints.checkpoints_position_check",
	"dead_messages.dead_messages_pkey",
	"elapsed.elapsed_one_check", "elapsed.elapsed_pkey", "elapsed.elapsed_seconds_check",
	"erasures.erasures_pkey",
	"event_tags.event_tags_pkey", "event_tags.event_tags_position_check", "event_tags.event_tags_tag_check",
	"events.events_event_id_key", "events.events_pkey", "events.events_position_check",
	"events.events_readable", "events.events_stream_id_version_key", "events.events_version_check",
	"idempotency_keys.idempotency_keys_pkey",
	"issuers.issuers_issuer_check", "issuers.issuers_name_check", "issuers.issuers_pkey",
	"keys.erased.erased_pkey", "keys.lookups.lookups_person_id_fkey", "keys.lookups.lookups_pkey", "keys.lookups.lookups_scope_check", "keys.persons.persons_pkey", "keys.retired.retired_pkey", "keys.retired.retired_prefix_check", "keys.secrets.secrets_pkey",
	"log_epochs.log_epochs_epoch_key", "log_epochs.log_epochs_head_check", "log_epochs.log_epochs_number_check", "log_epochs.log_epochs_pkey",
	"outbox.outbox_pkey",
	"parked_streams.parked_streams_pkey", "parked_streams.parked_streams_projection_fkey",
	"redrives.redrives_one_check", "redrives.redrives_pkey",
	"snapshot_cursor.snapshot_cursor_one_check", "snapshot_cursor.snapshot_cursor_pkey", "snapshot_cursor.snapshot_cursor_position_check",
	"snapshots.snapshots_mac_check", "snapshots.snapshots_pkey", "snapshots.snapshots_position_check", "snapshots.snapshots_shape_check", "snapshots.snapshots_state_check", "snapshots.snapshots_version_check",
	"workflow_instances.workflow_instances_pkey",
	"chain_links.chain_links_check", "chain_links.chain_links_check1", "chain_links.chain_links_hash_check", "chain_links.chain_links_pkey", "chain_links.chain_links_previous_check", "chain_links.chain_links_previous_key",
}
