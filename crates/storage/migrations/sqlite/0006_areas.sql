-- What lists and overviews of large areas walk along instead of counting.

-- How the criteria of a dossier that was handed in came out, one letter each in the order of the set: m met, u not met,
-- p not met with a plan, n without data. fulfils: the rules of recognition are met.
alter table dossiers add column marks text;

alter table dossiers add column fulfils bigint not null default 0;

-- Every unit that a dossier lies in on the last day of its cycle, its own among them. What a list filters and sorts by
-- is repeated, so that any page of it is one stretch of an index. submitted_at: 0 before the first submission.
create table dossier_areas (
    dossier_id text not null references dossiers (id),
    area_id text not null,
    cycle_id text not null,
    kind text not null,
    state text not null,
    sort_key text not null,
    submitted_at bigint not null,
    primary key (dossier_id, area_id)
);

create index dossier_areas_by_name on dossier_areas (area_id, cycle_id, sort_key, dossier_id);

create index dossier_areas_by_state_and_name on dossier_areas (area_id, cycle_id, state, sort_key, dossier_id);

create index dossier_areas_by_day on dossier_areas (area_id, cycle_id, submitted_at, dossier_id);

create index dossier_areas_by_state_and_day on dossier_areas (area_id, cycle_id, state, submitted_at, dossier_id);

-- How many dossiers of a cycle stand where, by area and kind of unit. fulfilling: those of them that meet the rules.
create table cycle_counts (
    cycle_id text not null references cycles (id),
    area_id text not null references units (id),
    kind text not null,
    state text not null,
    dossiers bigint not null,
    fulfilling bigint not null,
    primary key (cycle_id, area_id, kind, state)
);

-- How the criteria came out in the dossiers that were handed in, by area. criterion: its place in the set, from 0.
create table cycle_marks (
    cycle_id text not null references cycles (id),
    area_id text not null references units (id),
    criterion bigint not null,
    judged bigint not null,
    unmet bigint not null,
    planned bigint not null,
    primary key (cycle_id, area_id, criterion)
);

-- The names of units, folded, from each of their words on: a search is a stretch of it. whole: 1 for the name from its
-- first word. tail: cut after 40 characters.
create table unit_tails (
    whole bigint not null,
    tail text not null,
    unit_id text not null,
    primary key (whole, tail, unit_id)
);

create index dossiers_by_cycle_and_id on dossiers (cycle_id, id);

-- Every start asks for these; later there are none.
create index dossiers_without_marks on dossiers (id)
    where marks is null and state in ('submitted', 'appraised', 'recognised', 'not_recognised');

-- The newest decisions first.
create index decisions_by_day on decisions (signed_on, number, id);

create index unit_versions_by_code on unit_versions (code);

create index unit_versions_by_parent_and_kind on unit_versions (parent_id, kind, sort_key, unit_id);

-- What is there already. A dossier without marks gets them from the program at its next start.
insert into dossier_areas (dossier_id, area_id, cycle_id, kind, state, sort_key, submitted_at)
with recursive up (dossier_id, area_id, cycle_id, kind, state, sort_key, submitted_at, assessed_until, parent_id, depth) as (
  select d.id, d.unit_id, d.cycle_id, v.kind, d.state, v.sort_key, coalesce(d.submitted_at, 0), c.assessed_until,
    v.parent_id, 0
  from dossiers d join cycles c on c.id = d.cycle_id join unit_versions v on v.unit_id = d.unit_id
    and v.valid_from < c.assessed_until and (v.valid_until is null or v.valid_until >= c.assessed_until)
  union all
  select up.dossier_id, v.unit_id, up.cycle_id, up.kind, up.state, up.sort_key, up.submitted_at, up.assessed_until,
    v.parent_id, up.depth + 1
  from up join unit_versions v on v.unit_id = up.parent_id
    and v.valid_from < up.assessed_until and (v.valid_until is null or v.valid_until >= up.assessed_until)
  where up.depth < 12
)
select dossier_id, area_id, cycle_id, kind, state, sort_key, submitted_at from up;

insert into cycle_counts (cycle_id, area_id, kind, state, dossiers, fulfilling)
select cycle_id, area_id, kind, state, count(*), 0 from dossier_areas group by cycle_id, area_id, kind, state;

insert into unit_tails (whole, tail, unit_id)
with recursive place (n) as (
  select 1 union all select n + 1 from place where n < (select max(length(search_key)) from unit_versions)
)
select distinct case when n = 1 then 1 else 0 end, substr(search_key, n, 40), unit_id
from unit_versions join place on n <= length(search_key)
where n = 1 or substr(search_key, n - 1, 1) = ' ';
