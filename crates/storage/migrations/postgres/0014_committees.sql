-- Steering committees and councils of units.
create table committees (
    id text collate "C" primary key,
    unit_id text collate "C" not null references units (id),
    -- council, steering_committee
    kind text collate "C" not null,
    name text collate "C" not null,
    founded_by text collate "C" not null,
    founded_on text collate "C" not null
);

create index committees_by_unit on committees (unit_id);

-- Places in them; a place that ended stays. There is no name: whoever has an account has it there.
create table committee_members (
    id text collate "C" primary key,
    committee_id text collate "C" not null references committees (id),
    -- chair, vice_chair, standing_member, member, secretary
    post text collate "C" not null,
    position text collate "C" not null,
    account_id text collate "C" references access_accounts (id),
    from_day text collate "C" not null,
    -- The last day; none while they are one.
    until_day text collate "C"
);

create index committee_members_by_committee on committee_members (committee_id);

create table committee_meetings (
    id text collate "C" primary key,
    committee_id text collate "C" not null references committees (id),
    cycle_id text collate "C" not null references cycles (id),
    held_on text collate "C" not null,
    place text collate "C" not null,
    -- Why it votes once more on what a council has voted on; may be empty.
    again_why text collate "C" not null,
    -- called, open, closed, inquorate, called_off
    state text collate "C" not null,
    -- members, tellers; none before it opened
    way text collate "C",
    -- The member who presides; none before it opened.
    presides_id text collate "C",
    opened_at bigint,
    closed_at bigint
);

create index committee_meetings_by_committee on committee_meetings (committee_id, held_on);

-- Who may vote at a meeting: the members as they were when it opened.
create table committee_seats (
    meeting_id text collate "C" not null references committee_meetings (id),
    member_id text collate "C" not null references committee_members (id),
    post text collate "C" not null,
    position text collate "C" not null,
    account_id text collate "C",
    is_present bigint not null,
    primary key (meeting_id, member_id)
);

create index committee_seats_by_account on committee_seats (account_id);

-- What a meeting votes on. The votes are numbers only, so that no table says who cast a secret one.
create table committee_motions (
    meeting_id text collate "C" not null references committee_meetings (id),
    dossier_id text collate "C" not null references dossiers (id),
    -- SHA-256 of what the council had before it; empty before the meeting opened.
    judged_sha256 text collate "C" not null,
    in_favour bigint not null,
    against bigint not null,
    abstained bigint not null,
    spoilt bigint not null,
    -- carried, lost, tied; none before the votes are counted
    outcome text collate "C",
    -- for, against: how whoever presides broke a tie, and why
    adjudged text collate "C",
    adjudged_why text collate "C",
    primary key (meeting_id, dossier_id)
);

create index committee_motions_by_dossier on committee_motions (dossier_id);

-- Who has voted on what; how, in an open ballot only.
create table committee_votes (
    meeting_id text collate "C" not null,
    dossier_id text collate "C" not null,
    member_id text collate "C" not null,
    -- for, against, abstain; empty in a secret ballot
    choice text collate "C" not null,
    primary key (meeting_id, dossier_id, member_id),
    foreign key (meeting_id, dossier_id) references committee_motions (meeting_id, dossier_id),
    foreign key (meeting_id, member_id) references committee_seats (meeting_id, member_id)
);
