-- Spreadsheets that were taken in, and what each of them wrote, so that it can be undone.

create table imports (
    id text collate "C" primary key,
    -- What its rows became: units or answers.
    target text collate "C" not null,
    -- The cycle that was answered.
    cycle_id text collate "C" references cycles (id),
    file_name text collate "C" not null,
    file_sha256 text collate "C" not null,
    map_name text collate "C" not null,
    -- Rows that were written, that said what was there already, and that were left out for a mistake.
    written bigint not null,
    unchanged bigint not null,
    rejected bigint not null,
    made_at bigint not null,
    undone_at bigint,
    -- The how manieth it is: two can be made in the same instant.
    number bigint not null unique
);

-- The units that an import made. They are gone when it is undone; this stays.
create table import_units (
    import_id text collate "C" not null references imports (id),
    unit_id text collate "C" not null,
    primary key (import_id, unit_id)
);

create table import_answers (
    import_id text collate "C" not null references imports (id),
    dossier_id text collate "C" not null references dossiers (id),
    criterion text collate "C" not null,
    -- The figures that stood there before.
    inputs_before text collate "C" not null,
    -- Their revision; 0 where there were none.
    revision_before bigint not null,
    -- The revision that the import wrote.
    revision bigint not null,
    primary key (import_id, dossier_id, criterion)
);

create index import_answers_by_dossier on import_answers (dossier_id);

-- Maps of forms that were used, to be used again by their name.
create table sheet_maps (
    name text collate "C" primary key,
    content text collate "C" not null,
    saved_at bigint not null
);

-- Whether a unit has others below it on a day is read from the index alone. The end comes before the beginning: so SQLite goes on
-- reading children in their order.
create index unit_versions_by_parent_and_end on unit_versions (parent_id, valid_until, valid_from);
