-- People who sign in. The name is one field, as people write it.
create table access_accounts (
    id text primary key,
    -- What they type to sign in, in small letters.
    login text not null unique,
    name text not null,
    -- PHC string of the password; empty until it is set.
    password text not null,
    -- active, disabled
    state text not null,
    made_at bigint not null
);

-- What somebody may be: a role, the unit it reaches down from, and the days on which it holds.
create table access_grants (
    id text primary key,
    account_id text not null references access_accounts (id),
    role text not null,
    scope text not null references units (id),
    from_day text not null,
    -- The last day; none while it holds on.
    until_day text,
    given_at bigint not null,
    -- When it was taken away before its time.
    ended_at bigint
);

create index access_grants_by_account on access_grants (account_id);
create index access_grants_by_scope on access_grants (scope);

-- Links with which somebody sets a password, once.
create table access_links (
    -- SHA-256 of what stands in the link.
    sha256 text primary key,
    account_id text not null references access_accounts (id),
    -- invitation, reset
    purpose text not null,
    made_at bigint not null,
    until_at bigint not null,
    used_at bigint
);

create index access_links_by_account on access_links (account_id);

-- Who is signed in.
create table access_sessions (
    -- SHA-256 of what the cookie holds.
    sha256 text primary key,
    account_id text not null references access_accounts (id),
    -- The role they act in; the first one that holds when there is none.
    grant_id text,
    begun_at bigint not null,
    -- When they were last there, to some minutes.
    seen_at bigint not null
);

create index access_sessions_by_account on access_sessions (account_id);
create index access_sessions_by_seen on access_sessions (seen_at);

-- Browsers in which somebody signed in before: strangers who guess do not hold these up.
create table access_devices (
    -- SHA-256 of what the cookie holds.
    sha256 text not null,
    account_id text not null references access_accounts (id),
    seen_at bigint not null,
    primary key (sha256, account_id)
);

create index access_devices_by_account on access_devices (account_id);

-- Attempts to sign in, by what is guessed at and from where. One that succeeds is taken out again.
create table access_attempts (
    id text not null,
    -- SHA-256 of an account, a browser or a network.
    key text not null,
    at bigint not null,
    primary key (key, at, id)
);

create index access_attempts_by_at on access_attempts (at);
create index access_attempts_by_id on access_attempts (id);

-- Who did it, beside as whom.
alter table audit_entries add column account_id text not null default '';
