-- What an action with a key came to, so that the same request with the same key is answered and not carried out again.
-- asked: SHA-256 of the request. outcome: JSON. Forgotten after some days.
create table idempotency_keys (
    actor text collate "C" not null,
    key text collate "C" not null,
    asked text collate "C" not null,
    outcome text collate "C" not null,
    at bigint not null,
    primary key (actor, key)
);

create index idempotency_keys_by_age on idempotency_keys (at);
