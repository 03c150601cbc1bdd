-- Decisions that are looked at again: what they judged, and what units say against them.

-- A dossier is judged once a round. SQLite takes the old rule away only with its table; nobody names the table meanwhile.
create table title_ruling_items_before (
    decision_id text not null,
    certificate_id text not null,
    place bigint not null
);

insert into title_ruling_items_before select decision_id, certificate_id, place from title_ruling_items;

drop table title_ruling_items;

create table decision_items_by_round (
    decision_id text not null references decisions (id),
    dossier_id text not null references dossiers (id),
    recognised bigint not null,
    judged_sha256 text not null,
    certificate_id text unique,
    certificate_code text unique,
    attested text,
    -- The round of appraisal that was judged.
    round bigint not null,
    primary key (decision_id, dossier_id),
    unique (dossier_id, round)
);

insert into decision_items_by_round
  (decision_id, dossier_id, recognised, judged_sha256, certificate_id, certificate_code, attested, round)
select i.decision_id, i.dossier_id, i.recognised, i.judged_sha256, i.certificate_id, i.certificate_code, i.attested, d.round
from decision_items i join dossiers d on d.id = i.dossier_id;

drop table decision_items;

alter table decision_items_by_round rename to decision_items;

create table title_ruling_items (
    decision_id text not null references title_rulings (decision_id),
    certificate_id text not null references decision_items (certificate_id),
    -- From 1, without gaps: two rulings at once on one title do not both hold.
    place bigint not null,
    primary key (certificate_id, place)
);

insert into title_ruling_items (decision_id, certificate_id, place)
select decision_id, certificate_id, place from title_ruling_items_before;

drop table title_ruling_items_before;

create index title_ruling_items_by_decision on title_ruling_items (decision_id);

-- What was judged, in the words whose hash decisions and councils name. It is written once the dossier opens again; until
-- then the dossier itself says it.
create table dossier_judged (
    dossier_id text not null references dossiers (id),
    sha256 text not null,
    content text not null,
    primary key (dossier_id, sha256)
);

create table appeals (
    id text primary key,
    dossier_id text not null references dossiers (id),
    decision_id text not null references decisions (id),
    round bigint not null,
    filed_on text not null,
    -- waiting, reopened, dismissed, withdrawn
    state text not null,
    answer text not null,
    ended_on text
);

create index appeals_by_dossier on appeals (dossier_id);

create table appeal_grounds (
    appeal_id text not null references appeals (id),
    criterion text not null,
    ground text not null,
    primary key (appeal_id, criterion)
);
