-- Where the area of a unit lies while a version of it holds.
create table unit_boundaries (
    unit_id text collate "C" not null,
    valid_from text collate "C" not null,
    -- As it came: points in millionths of a degree, longitude and latitude, WGS 84.
    rings text collate "C" not null,
    -- The same for drawing: far fewer points, on a grid that units of one level share.
    outline text collate "C" not null,
    primary key (unit_id, valid_from),
    foreign key (unit_id, valid_from) references unit_versions (unit_id, valid_from) on delete cascade
);
