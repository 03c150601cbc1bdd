-- Whether a row names some content is asked for each of the store's.

create index evidence_by_content on evidence (sha256, id);
