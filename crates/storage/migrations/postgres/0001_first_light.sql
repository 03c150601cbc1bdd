-- Twin of the SQLite migration. Text compares by its bytes, as there: `collate "C"`.

create table settings (
    name text collate "C" primary key,
    value text collate "C" not null
);

create table units (
    id text collate "C" primary key
);

create table unit_versions (
    unit_id text collate "C" not null references units (id),
    valid_from text collate "C" not null,
    valid_until text collate "C",
    name text collate "C" not null,
    search_key text collate "C" not null,
    sort_key text collate "C" not null,
    kind text collate "C" not null,
    code text collate "C",
    parent_id text collate "C" references units (id),
    illustrative bigint not null,
    primary key (unit_id, valid_from),
    check (valid_until is null or valid_from < valid_until)
);

create index unit_versions_by_parent on unit_versions (parent_id, sort_key);

create table criteria_sets (
    code text collate "C" not null,
    version text collate "C" not null,
    pack text collate "C" not null,
    sha256 text collate "C" not null,
    primary key (code, version)
);

create table cycles (
    id text collate "C" primary key,
    programme text collate "C" not null,
    set_code text collate "C" not null,
    set_version text collate "C" not null,
    year bigint not null,
    assessed_from text collate "C" not null,
    assessed_until text collate "C" not null,
    registration_until text collate "C" not null,
    due_on text collate "C" not null,
    unique (set_code, year),
    foreign key (set_code, set_version) references criteria_sets (code, version)
);

create table dossiers (
    id text collate "C" primary key,
    unit_id text collate "C" not null references units (id),
    cycle_id text collate "C" not null references cycles (id),
    state text collate "C" not null,
    round bigint not null,
    registered_on text collate "C",
    submitted_at bigint,
    frozen_sha256 text collate "C",
    unique (unit_id, cycle_id)
);

create index dossiers_by_cycle on dossiers (cycle_id, state);

create table dossier_answers (
    dossier_id text collate "C" not null references dossiers (id),
    criterion text collate "C" not null,
    stage text collate "C" not null,
    inputs text collate "C" not null,
    note text collate "C" not null,
    revision bigint not null,
    at bigint not null,
    primary key (dossier_id, criterion, stage)
);

create table dossier_returns (
    dossier_id text collate "C" not null references dossiers (id),
    criterion text collate "C" not null,
    round bigint not null,
    reason text collate "C" not null,
    reply text collate "C" not null,
    primary key (dossier_id, criterion, round)
);

create table dossier_snapshots (
    dossier_id text collate "C" not null references dossiers (id),
    round bigint not null,
    sha256 text collate "C" not null,
    content text collate "C" not null,
    primary key (dossier_id, round)
);

create table evidence (
    id text collate "C" primary key,
    dossier_id text collate "C" not null references dossiers (id),
    criterion text collate "C" not null,
    sha256 text collate "C" not null,
    file_name text collate "C" not null,
    media text collate "C" not null,
    bytes bigint not null,
    effective_on text collate "C",
    pointer text collate "C" not null,
    uploaded_at bigint not null,
    removed_at bigint
);

create index evidence_by_dossier on evidence (dossier_id, criterion);

create table plans (
    dossier_id text collate "C" not null references dossiers (id),
    criterion text collate "C" not null,
    cause text collate "C" not null,
    action text collate "C" not null,
    owner text collate "C" not null,
    due_on text collate "C" not null,
    primary key (dossier_id, criterion)
);

create table decision_counters (
    issuing_unit_id text collate "C" not null references units (id),
    year bigint not null,
    last_number bigint not null,
    primary key (issuing_unit_id, year)
);

create table decisions (
    id text collate "C" primary key,
    issuing_unit_id text collate "C" not null references units (id),
    year bigint not null,
    number bigint not null,
    issuer text collate "C" not null,
    place text collate "C" not null,
    signed_on text collate "C" not null,
    capacity text collate "C" not null,
    signatory text collate "C" not null,
    legal_bases text collate "C" not null,
    unique (issuing_unit_id, year, number)
);

create table decision_items (
    decision_id text collate "C" not null references decisions (id),
    dossier_id text collate "C" not null unique references dossiers (id),
    recognised bigint not null,
    judged_sha256 text collate "C" not null,
    certificate_id text collate "C" unique,
    certificate_code text collate "C" unique,
    primary key (decision_id, dossier_id)
);

create table audit_entries (
    seq bigint primary key,
    at bigint not null,
    role text collate "C" not null,
    scope text collate "C" not null,
    action text collate "C" not null,
    unit_id text collate "C" not null,
    subject text collate "C" not null,
    detail text collate "C" not null,
    previous text collate "C" not null,
    hash text collate "C" not null unique
);

create index audit_entries_by_subject on audit_entries (subject, seq);

create function audit_entries_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'audit entries are never %', tg_argv[0];
end
$$;

create trigger audit_entries_never_change before update on audit_entries
for each row execute function audit_entries_refuse('changed');

create trigger audit_entries_never_go before delete on audit_entries
for each row execute function audit_entries_refuse('deleted');

create trigger audit_entries_never_empty before truncate on audit_entries
for each statement execute function audit_entries_refuse('deleted');
