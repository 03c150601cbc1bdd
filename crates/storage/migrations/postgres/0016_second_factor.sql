-- The second factor of an account. The secret that an app counts with is derived from the seed and a key that is not here.
create table access_factors (
    account_id text collate "C" primary key references access_accounts (id),
    seed text collate "C" not null,
    -- By what the key is known again.
    key_check text collate "C" not null,
    -- The last step of thirty seconds whose code was shown.
    last_step bigint not null,
    set_at bigint not null
);

-- SHA-256 of the codes that somebody put away, each until it is used.
create table access_put_away (
    account_id text collate "C" not null references access_accounts (id),
    sha256 text collate "C" not null,
    primary key (account_id, sha256)
);

-- When the second factor was last shown in a session; none where it was not.
alter table access_sessions add column factor_at bigint;
