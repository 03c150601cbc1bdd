-- Reforms of units as events, and what each of them wrote, so that it can be undone.

create table reforms (
    id text primary key,
    effective_on text not null,
    legal_basis text not null,
    -- The rows as they came.
    plan text not null,
    applied_at bigint not null,
    undone_at bigint,
    -- The how manieth it is: two can be carried out in the same instant.
    number bigint not null unique
);

-- The reform by which a version begins, and the one by which it ends.
alter table unit_versions add column begun_by text references reforms (id);

alter table unit_versions add column ended_by text references reforms (id);

create index unit_versions_by_begin on unit_versions (begun_by) where begun_by is not null;

create index unit_versions_by_end on unit_versions (ended_by) where ended_by is not null;

alter table unit_successions add column reform_id text references reforms (id);

-- Without them the end of a unit would read both tables as a whole.
create index cycle_counts_by_area on cycle_counts (area_id);

create index cycle_marks_by_area on cycle_marks (area_id);
