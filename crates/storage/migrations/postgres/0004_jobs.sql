-- Long work. worker: the server that works on it; once lease_until has passed, another may take it. not_before: a pause
-- after a failure. cursor: where the next step begins.
create table jobs (
    id text collate "C" primary key,
    kind text collate "C" not null,
    role text collate "C" not null,
    scope text collate "C" not null,
    subject text collate "C" not null,
    state text collate "C" not null,
    done bigint not null,
    total bigint not null,
    effects bigint not null,
    cursor text collate "C" not null,
    failures bigint not null,
    asked_at bigint not null,
    ended_at bigint,
    worker text collate "C" not null,
    lease_until bigint not null,
    not_before bigint not null
);

create index jobs_by_state on jobs (state, asked_at);

create index jobs_by_age on jobs (asked_at);

create index unit_versions_by_kind on unit_versions (kind, unit_id);
