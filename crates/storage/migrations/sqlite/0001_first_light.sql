-- Ids: UUIDv7 as text. Instants: microseconds UTC. Days: ISO text. JSON as text. Periods half-open.

create table settings (
    name text primary key,
    value text not null
);

create table units (
    id text primary key
);

create table unit_versions (
    unit_id text not null references units (id),
    valid_from text not null,
    valid_until text,
    name text not null,
    search_key text not null,
    sort_key text not null,
    kind text not null,
    code text,
    parent_id text references units (id),
    illustrative bigint not null,
    primary key (unit_id, valid_from),
    check (valid_until is null or valid_from < valid_until)
);

create index unit_versions_by_parent on unit_versions (parent_id, sort_key);

create table criteria_sets (
    code text not null,
    version text not null,
    pack text not null,
    sha256 text not null,
    primary key (code, version)
);

create table cycles (
    id text primary key,
    programme text not null,
    set_code text not null,
    set_version text not null,
    year bigint not null,
    assessed_from text not null,
    assessed_until text not null,
    registration_until text not null,
    due_on text not null,
    unique (set_code, year),
    foreign key (set_code, set_version) references criteria_sets (code, version)
);

create table dossiers (
    id text primary key,
    unit_id text not null references units (id),
    cycle_id text not null references cycles (id),
    state text not null,
    round bigint not null,
    registered_on text,
    submitted_at bigint,
    frozen_sha256 text,
    unique (unit_id, cycle_id)
);

create index dossiers_by_cycle on dossiers (cycle_id, state);

create table dossier_answers (
    dossier_id text not null references dossiers (id),
    criterion text not null,
    stage text not null,
    inputs text not null,
    note text not null,
    revision bigint not null,
    at bigint not null,
    primary key (dossier_id, criterion, stage)
);

create table dossier_returns (
    dossier_id text not null references dossiers (id),
    criterion text not null,
    round bigint not null,
    reason text not null,
    reply text not null,
    primary key (dossier_id, criterion, round)
);

create table dossier_snapshots (
    dossier_id text not null references dossiers (id),
    round bigint not null,
    sha256 text not null,
    content text not null,
    primary key (dossier_id, round)
);

create table evidence (
    id text primary key,
    dossier_id text not null references dossiers (id),
    criterion text not null,
    sha256 text not null,
    file_name text not null,
    media text not null,
    bytes bigint not null,
    effective_on text,
    pointer text not null,
    uploaded_at bigint not null,
    removed_at bigint
);

create index evidence_by_dossier on evidence (dossier_id, criterion);

create table plans (
    dossier_id text not null references dossiers (id),
    criterion text not null,
    cause text not null,
    action text not null,
    owner text not null,
    due_on text not null,
    primary key (dossier_id, criterion)
);

create table decision_counters (
    issuing_unit_id text not null references units (id),
    year bigint not null,
    last_number bigint not null,
    primary key (issuing_unit_id, year)
);

create table decisions (
    id text primary key,
    issuing_unit_id text not null references units (id),
    year bigint not null,
    number bigint not null,
    issuer text not null,
    place text not null,
    signed_on text not null,
    capacity text not null,
    signatory text not null,
    legal_bases text not null,
    unique (issuing_unit_id, year, number)
);

create table decision_items (
    decision_id text not null references decisions (id),
    dossier_id text not null unique references dossiers (id),
    recognised bigint not null,
    judged_sha256 text not null,
    certificate_id text unique,
    certificate_code text unique,
    primary key (decision_id, dossier_id)
);

create table audit_entries (
    seq bigint primary key,
    at bigint not null,
    role text not null,
    scope text not null,
    action text not null,
    unit_id text not null,
    subject text not null,
    detail text not null,
    previous text not null,
    hash text not null unique
);

create index audit_entries_by_subject on audit_entries (subject, seq);

create trigger audit_entries_never_change before update on audit_entries
begin
    select raise(abort, 'audit entries are never changed');
end;

create trigger audit_entries_never_go before delete on audit_entries
begin
    select raise(abort, 'audit entries are never deleted');
end;
