-- What later decisions do to titles that were given. The titles, their decisions and certificates stay as they are.
create table title_rulings (
    decision_id text collate "C" primary key references decisions (id),
    -- The decision that gave the titles.
    on_decision_id text collate "C" not null references decisions (id),
    -- suspend, restore, revoke
    measure text collate "C" not null,
    effective_on text collate "C" not null,
    reason text collate "C" not null
);

create table title_ruling_items (
    decision_id text collate "C" not null references title_rulings (decision_id),
    certificate_id text collate "C" not null references decision_items (certificate_id),
    -- From 1, without gaps: two rulings at once on one title do not both hold.
    place bigint not null,
    primary key (certificate_id, place)
);

create index title_ruling_items_by_decision on title_ruling_items (decision_id);
