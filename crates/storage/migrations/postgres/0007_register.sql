-- The register of units: documents and rival codes of versions, the keys of their source, and what became of whom.

-- A code that others publish for the unit at that time.
alter table unit_versions add column alt_code text collate "C";

-- The legal documents by which a version begins and ends.
alter table unit_versions add column basis_from text collate "C";

alter table unit_versions add column basis_until text collate "C";

create index unit_versions_by_alt_code on unit_versions (alt_code);

-- Under which key the list that a unit came from knows it. Never an identity: another list has other keys.
create table unit_sources (
    source text collate "C" not null,
    key text collate "C" not null,
    unit_id text collate "C" not null references units (id),
    primary key (source, key)
);

create unique index unit_sources_by_unit on unit_sources (unit_id, source);

-- Which unit took over from which, from which day on.
create table unit_successions (
    predecessor_id text collate "C" not null references units (id),
    effective_on text collate "C" not null,
    successor_id text collate "C" not null references units (id),
    relation text collate "C" not null,
    portion text collate "C" not null,
    area_portion text collate "C" not null,
    population_portion text collate "C" not null,
    code_inherited bigint not null,
    legal_basis text collate "C",
    clause text collate "C",
    evidence text collate "C",
    primary key (predecessor_id, effective_on, successor_id)
);

create index unit_successions_by_successor on unit_successions (successor_id, effective_on);

-- Kinds that one word stood for until now: the name says which it is.
update unit_versions set kind = case
    when search_key like 'thanh pho %' then 'city'
    when search_key like 'thi xa %' then 'town'
    when search_key like 'quan %' then 'urban_district'
    else 'rural_district'
end
where kind = 'district';

update unit_versions set kind = 'municipality' where kind = 'province' and search_key like 'thanh pho %';

-- What repeats the kind of a unit in a cycle.
update dossier_areas set kind = (
    select v.kind from dossiers d join cycles c on c.id = d.cycle_id join unit_versions v on v.unit_id = d.unit_id
      and v.valid_from < c.assessed_until and (v.valid_until is null or v.valid_until >= c.assessed_until)
    where d.id = dossier_areas.dossier_id
)
where kind in ('district', 'province');

delete from cycle_counts where kind in ('district', 'province');

insert into cycle_counts (cycle_id, area_id, kind, state, dossiers, fulfilling)
select a.cycle_id, a.area_id, a.kind, a.state, count(*),
  count(case when d.fulfils = 1 then 1 end)
from dossier_areas a join dossiers d on d.id = a.dossier_id
where a.kind in ('province', 'municipality', 'city', 'town', 'urban_district', 'rural_district')
group by a.cycle_id, a.area_id, a.kind, a.state;
