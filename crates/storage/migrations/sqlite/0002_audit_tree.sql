-- The record becomes a Merkle tree with signed heads. What the chain before it held cannot be signed afterwards
-- without claiming what nobody signed, and only samples were served until now, so it begins anew.

drop table audit_entries;

-- nodes: the hashes of the subtrees an entry completes, leaf first, as hex digits one after the other.
-- signature: of the record up to this entry.
create table audit_entries (
    seq bigint primary key,
    at bigint not null,
    role text not null,
    scope text not null,
    action text not null,
    unit_id text not null,
    subject text not null,
    detail text not null,
    request text not null,
    before_hash text not null,
    after_hash text not null,
    nodes text not null,
    signature text not null
);

create index audit_entries_by_subject on audit_entries (subject, seq);

create index audit_entries_by_unit on audit_entries (unit_id, seq);

create trigger audit_entries_never_change before update on audit_entries
begin
    select raise(abort, 'audit entries are never changed');
end;

create trigger audit_entries_never_go before delete on audit_entries
begin
    select raise(abort, 'audit entries are never deleted');
end;

-- One salt a thing. The hashes before and after are taken over it and the thing, so that nobody guesses a value
-- from its hash; once the salt is erased, nothing can be told from them, and every proof still holds.
create table audit_salts (
    subject text primary key,
    salt text not null
);

-- What was published: signed notes. The instant is that of the last entry they count.
create table audit_checkpoints (
    size bigint primary key,
    note text not null
);

create trigger audit_checkpoints_never_change before update on audit_checkpoints
begin
    select raise(abort, 'checkpoints are never changed');
end;

create trigger audit_checkpoints_never_go before delete on audit_checkpoints
begin
    select raise(abort, 'checkpoints are never deleted');
end;

-- What the decision says of the unit, as its entry in the record attests it. JSON.
alter table decision_items add column attested text;
