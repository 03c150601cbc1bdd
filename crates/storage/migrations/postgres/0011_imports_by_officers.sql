-- Who took a spreadsheet in from a page: nobody where the operator did.
alter table imports add column role text collate "C";
alter table imports add column scope text collate "C";

-- Spreadsheets that somebody is taking in: what their columns mean is being said. Forgotten after a week.
create table import_drafts (
    id text collate "C" primary key,
    -- Whose it is.
    role text collate "C" not null,
    scope text collate "C" not null,
    -- The cycle that is to be answered.
    cycle_id text collate "C" not null references cycles (id),
    file_name text collate "C" not null,
    -- The content in the store of evidence.
    sha256 text collate "C" not null,
    bytes bigint not null,
    -- The map, TOML; empty until somebody said what the columns mean.
    map text collate "C" not null,
    made_at bigint not null
);

create index import_drafts_by_content on import_drafts (sha256);
