-- Twin of the SQLite migration of the same name; there stands why.

drop table audit_entries;

create table audit_entries (
    seq bigint primary key,
    at bigint not null,
    role text collate "C" not null,
    scope text collate "C" not null,
    action text collate "C" not null,
    unit_id text collate "C" not null,
    subject text collate "C" not null,
    detail text collate "C" not null,
    request text collate "C" not null,
    before_hash text collate "C" not null,
    after_hash text collate "C" not null,
    nodes text collate "C" not null,
    signature text collate "C" not null
);

create index audit_entries_by_subject on audit_entries (subject, seq);

create index audit_entries_by_unit on audit_entries (unit_id, seq);

create trigger audit_entries_never_change before update on audit_entries
for each row execute function audit_entries_refuse('changed');

create trigger audit_entries_never_go before delete on audit_entries
for each row execute function audit_entries_refuse('deleted');

create trigger audit_entries_never_empty before truncate on audit_entries
for each statement execute function audit_entries_refuse('deleted');

create table audit_salts (
    subject text collate "C" primary key,
    salt text collate "C" not null
);

create table audit_checkpoints (
    size bigint primary key,
    note text collate "C" not null
);

create function audit_checkpoints_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'checkpoints are never %', tg_argv[0];
end
$$;

create trigger audit_checkpoints_never_change before update on audit_checkpoints
for each row execute function audit_checkpoints_refuse('changed');

create trigger audit_checkpoints_never_go before delete on audit_checkpoints
for each row execute function audit_checkpoints_refuse('deleted');

create trigger audit_checkpoints_never_empty before truncate on audit_checkpoints
for each statement execute function audit_checkpoints_refuse('deleted');

alter table decision_items add column attested text collate "C";
