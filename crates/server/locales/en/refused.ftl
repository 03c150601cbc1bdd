# When the rules say no: what, why, what next. Keys: refused-<room>-<reason>
refused-access-role = The present role cannot do this.
refused-access-unit = This dossier belongs to { $unit }; the present role cannot see it.
refused-dossiers-already_registered = The unit is already registered.
refused-dossiers-already_submitted = The dossier is submitted; it opens again when the appraisers return it.
refused-dossiers-incomplete = Cannot be submitted yet: { $rows } criteria lack something.
refused-dossiers-interested = Whoever works or worked for { $unit } in the days assessed or since does not appraise it or decide on it; somebody else does.
refused-dossiers-locked = { $state ->
    [invited] The unit is not registered; register before scoring.
    [presented] The sheet lies before the unit's leader; it can be changed once the leader gives it back.
    [submitted] The dossier is submitted; it opens again when the appraisers return it.
    [appraised] The dossier is appraised and waits for a decision.
    [appealed] A decision was taken; the dossier opens again only if the appeal is heard.
    [revoked] The title was revoked; the dossier can no longer be changed.
   *[other] A decision was taken; the dossier can no longer be changed.
}
refused-dossiers-not_a_count = “{ $input }”: enter a whole number, e.g. 1842. Entered: { $value }
refused-dossiers-not_presented = The sheet has not been laid before the leader.
refused-dossiers-not_submitted = The dossier is not submitted, or its appraisal is finished.
refused-dossiers-note_too_long = The text is too long; { $max } characters at most.
refused-dossiers-nothing_to_return = No criterion is marked for return with a reason.
refused-dossiers-reason_missing = Give the reason for a correction or a return.
refused-dossiers-registration_closed = The time to register has passed ({ $until }).
refused-dossiers-returns_pending = Criteria are marked for return; return the dossier or remove the marks.
refused-dossiers-row_not_returned = The dossier was returned; only returned criteria can be changed.
refused-dossiers-rows_unseen = Not looked at yet: { $rows } criteria.
refused-dossiers-unknown_input = There is no field “{ $input }” in this set.
refused-evidence-empty = The file is empty, nothing was stored. Choose another file.
refused-evidence-too_large = The file is larger than { $max_mb } MB, nothing was stored. Make it smaller and send it again.
refused-evidence-type_refused = This type of file is not accepted ({ $file }). Send PDF, JPG, PNG, WEBP, DOCX or XLSX.
refused-plans-bad_date = Day to be done by: enter day/month/year, e.g. 30/06/2024. Entered: { $value }
refused-plans-cause_missing = Choose a cause from the list.
refused-plans-incomplete = Say what will be done and by whom.
refused-plans-not_unmet = Only a criterion that is not met gets a plan.
refused-plans-too_long = The text is too long; { $max } characters at most.
refused-plans-conflict = Somebody else has written this plan meanwhile: { $action } ({ $owner }, until { $due_on }). What was typed is not stored; save again to replace it.
refused-recognition-already_decided = A decision on this dossier was already taken.
refused-recognition-draft_incomplete = Enter the issuing body, place, post of the signatory and legal bases.
refused-recognition-not_appraised = The appraisal of this dossier is not finished.
refused-recognition-nothing_chosen = Choose an outcome for at least one dossier ({ $max } at most).
refused-recognition-rules_not_met = The rules do not bear the title out, so it cannot be given.
refused-recognition-bad_date = The date of signing is not right: { $value }. Type day/month/year, such as 05/11/2023.
refused-documents-fonts_missing = The server has no fonts for papers, so nothing can be printed. Ask the administrator to install them and try again.
refused-documents-not_printable = The paper cannot be printed: { $cause }
refused-access-origin = The request came from another site and was not carried out. Open the page again and retry.
refused-access-bad_key = The Idempotency-Key must be printable ASCII without spaces, at most { $max } characters; nothing was done. Choose another key and send again.
refused-access-key_reused = This Idempotency-Key was used for another request; nothing was done. Send again with a new key.
refused-web-too_large = What was sent is too large; nothing was stored.
refused-web-too_many_fields = The form has too many fields ({ $max } at most); nothing was stored.
refused-web-address_too_long = The address is too long. Open the page again from the first page.
refused-web-headers_too_large = The browser sent too much along. Delete the cookies of this site and try again.
refused-web-too_slow = The line is so slow that the server waits no longer; nothing was stored. Try again on a better line.
refused-web-cut_off = What was sent broke off on the way; nothing was stored. Send it again.
refused-evidence-no_room = The server is running out of room and takes no files at the moment; nothing was stored. Sheets can still be filled in and submitted. Tell the administrator.
refused-evidence-no_file = No file was chosen.
refused-evidence-bad_date = The day of the document is not right: { $value }. Type day/month/year, such as 05/11/2023. Nothing was stored.
refused-evidence-cut_off = The upload broke off on the way; nothing was stored. Send it again.
refused-dossiers-verdict_missing = Choose agree, correct or return.
refused-dossiers-appraised_since = Another appraiser has recorded this criterion meanwhile. What was typed is not stored; look at the present result, and record again to replace it.
refused-recognition-several_cycles = A decision lists dossiers of one cycle only.
refused-recognition-not_competent = Another body decides on { $unit }.
refused-recognition-no_title_chosen = Choose at least one unit.
refused-recognition-no_title = { $unit }: there is no title to suspend, restore or revoke.
refused-recognition-measure_missing = Choose a measure: suspend, restore or revoke.
refused-recognition-measure_unfit = { $unit }: { $status ->
    [suspended] the title is suspended; it can only be restored or revoked.
    [revoked] the title is revoked; it can only be restored.
   *[in_force] the title is in force; it can only be suspended or revoked.
}
refused-recognition-reason_missing = Give the reason; it is public on the page that checks the certificate.
refused-recognition-reason_too_long = The reason is longer than { $max } characters; shorten it.
refused-recognition-bad_effective = The day on which it comes into force is not a date: { $value }. Type day/month/year, e.g. 05/11/2023.
refused-recognition-effective_too_early = It cannot be in force before { $day }, when the title was given or the ruling before came into force.
refused-recognition-signed_later = { $day }, the day of signing, is still to come; store the decision once it is signed.
refused-recognition-effective_later = { $day }, the day on which it comes into force, is still to come; store the decision when it is in force.
refused-recognition-signed_before_title = It cannot be signed before { $day }, the day of the decision that gave the title, or of the last one on it.
refused-recognition-no_successor = The unit that gave the title is no more, and none took over all of it or what was left of it, so it is not clear who is competent.
refused-programmes-unknown_parameter = The set has no number “{ $key }”.
refused-programmes-bad_value = “{ $value }” cannot stand here; for example: { $wanted }.
refused-audit-bad_sizes = The older size must be 1 or more and not larger than the other.
refused-cycles-bad_year = The year must be from { $from } to { $until }.
refused-cycles-no_version = No version of this criteria set is valid in { $year }.
refused-cycles-exists = This criteria set has a cycle of { $year } already.
refused-cycles-not_at_the_top = Cycles are opened above: { $unit }.
refused-jobs-not_open = This work has ended or was stopped.
refused-jobs-not_stopped = This work is under way or done; there is nothing to resume.
refused-evidence-upload_malformed = The upload is not right at “{ $header }”; nothing was stored. Load the page again and send it again.
refused-evidence-upload_version = This page sends files in another version than the server takes; nothing was stored. Load the page again and send it again.
refused-evidence-upload_media = This part of the file has the wrong content type; nothing was stored. Load the page again and send it again.
refused-evidence-wrong_offset = The server has { $bytes } bytes of this file; go on from there.
refused-evidence-in_use = This file is being sent elsewhere. Wait a moment and try again.
refused-evidence-checksum = What arrived is not what was sent (its SHA-256 differs) and was dropped. Send this part again.
refused-evidence-changed = The file that arrived is not the one that was sent (its SHA-256 differs); nothing was stored. Send it again.
refused-imports-unreadable = The file cannot be used, nothing was written: { $why }
refused-imports-gone = The file is no longer here. Choose it again.
refused-imports-empty = The file has no table. Choose another one.
refused-imports-no_unit = No column is the unit. Choose the column with the names of the units.
refused-imports-no_figure = No column is a figure. Choose one at least.
refused-imports-answer_twice = The columns “{ $first }” and “{ $second }” were chosen for the same thing. Keep one and leave the other out.
refused-imports-title_twice = Another column is called “{ $title }” too, so they cannot be told apart. Rename one in the file and choose it again.
refused-imports-mistakes = Nothing was written: { $count } rows are wrong. Figures may just have changed; look below.
refused-imports-nothing_new = There is nothing new to write.
refused-imports-no_mistakes = No row is wrong, or the table as a whole is; look at the check.
refused-imports-taken_back = This import was taken back before.
refused-imports-built_on = It cannot be taken back: dossiers were built on it.
refused-imports-nothing_back = Nothing can be taken back: { $kept } answers were changed or handed in since.
refused-imports-too_many_units = Your area has { $units } dossiers in this cycle; a form takes at most { $max }.
refused-imports-none_open = No dossier of your area is being filled in in this cycle.
refused-imports-multiple = The column “{ $title }” counts in thousands or millions, and numbers in full are asked for. Write them in full, mend the title in the file and choose it again.
refused-imports-checked_otherwise = The columns were chosen anew after this check, so nothing was written. Look at the new one.
refused-imports-words_and_marks = The column “{ $title }” says in words what another one says by marks. Keep one way and leave the other out.
