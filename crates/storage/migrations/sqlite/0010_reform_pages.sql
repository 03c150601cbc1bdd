-- The page of a reform asks for its successions.
create index unit_successions_by_reform on unit_successions (reform_id) where reform_id is not null;
