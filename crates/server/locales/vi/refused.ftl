# Khi quy tắc không cho phép: điều gì, vì sao, làm gì tiếp. Khóa: refused-<phòng>-<lý do>
refused-access-role = Vai hiện tại không làm được việc này.
refused-access-unit = Hồ sơ này do { $unit } quản lý; vai hiện tại không xem được.
refused-dossiers-already_registered = Đơn vị đã đăng ký rồi.
refused-dossiers-already_submitted = Hồ sơ đã nộp; mở lại khi Tổ thẩm định trả hồ sơ.
refused-dossiers-incomplete = Chưa nộp được: còn { $rows } tiêu chí thiếu nội dung.
refused-dossiers-interested = Người đang hoặc từng làm việc cho { $unit } trong thời gian đánh giá hoặc từ đó đến nay không thẩm định, không quyết định về đơn vị này; việc này do người khác làm.
refused-dossiers-locked = { $state ->
    [invited] Đơn vị chưa đăng ký; hãy đăng ký trước khi chấm.
    [presented] Phiếu đang chờ lãnh đạo ký nộp; lãnh đạo trả lại thì mới sửa được.
    [submitted] Hồ sơ đã nộp; mở lại khi Tổ thẩm định trả hồ sơ.
    [appraised] Hồ sơ đã thẩm định xong, đang chờ quyết định.
    [appealed] Đã có quyết định; hồ sơ chỉ mở lại khi kiến nghị được chấp nhận.
    [revoked] Danh hiệu đã bị thu hồi; hồ sơ không sửa được nữa.
   *[other] Hồ sơ đã có quyết định, không sửa được nữa.
}
refused-dossiers-not_a_count = Ô “{ $input }”: nhập số nguyên, ví dụ 1.842. Đã nhập: { $value }
refused-dossiers-not_presented = Phiếu chưa được trình lãnh đạo.
refused-dossiers-not_submitted = Hồ sơ chưa nộp hoặc đã thẩm định xong.
refused-dossiers-note_too_long = Nội dung quá dài; tối đa { $max } ký tự.
refused-dossiers-nothing_to_return = Chưa có tiêu chí nào được đánh dấu trả lại kèm lý do.
refused-dossiers-reason_missing = Nêu lý do khi sửa kết quả hoặc trả lại.
refused-dossiers-registration_closed = Đã hết hạn đăng ký ({ $until }).
refused-dossiers-returns_pending = Còn tiêu chí đánh dấu trả lại; hãy trả hồ sơ hoặc bỏ đánh dấu.
refused-dossiers-row_not_returned = Hồ sơ đang bị trả; chỉ sửa được tiêu chí bị trả.
refused-dossiers-rows_unseen = Còn { $rows } tiêu chí chưa xem.
refused-dossiers-unknown_input = Không có ô “{ $input }” trong bộ tiêu chí này.
refused-evidence-empty = Tệp trống, chưa lưu gì. Chọn tệp khác.
refused-evidence-too_large = Tệp lớn hơn { $max_mb } MB, chưa lưu gì. Giảm dung lượng rồi gửi lại.
refused-evidence-type_refused = Không nhận loại tệp này ({ $file }). Gửi PDF, JPG, PNG, WEBP, DOCX hoặc XLSX.
refused-plans-bad_date = Ngày hoàn thành: nhập ngày/tháng/năm, ví dụ 30/06/2024. Đã nhập: { $value }
refused-plans-cause_missing = Chọn nguyên nhân trong danh sách.
refused-plans-incomplete = Nêu việc sẽ làm và đơn vị thực hiện.
refused-plans-not_unmet = Chỉ lập kế hoạch cho tiêu chí chưa đạt.
refused-plans-too_long = Nội dung quá dài; tối đa { $max } ký tự.
refused-plans-conflict = Trong lúc chờ, kế hoạch này đã có người khác ghi: { $action } ({ $owner }, đến { $due_on }). Nội dung vừa nhập chưa lưu; bấm lưu lần nữa để thay.
refused-recognition-already_decided = Hồ sơ này đã có quyết định.
refused-recognition-draft_incomplete = Nhập đủ cơ quan ban hành, địa danh, chức vụ người ký và căn cứ.
refused-recognition-not_appraised = Hồ sơ chưa thẩm định xong.
refused-recognition-nothing_chosen = Chọn kết quả cho ít nhất một hồ sơ (tối đa { $max }).
refused-recognition-rules_not_met = Hồ sơ chưa đủ điều kiện nên không công nhận được.
refused-recognition-bad_date = Ngày ký không đúng: { $value }. Nhập ngày/tháng/năm, ví dụ 05/11/2023.
refused-documents-fonts_missing = Máy chủ chưa có phông chữ cho văn bản nên chưa in được. Báo quản trị cài phông rồi thử lại.
refused-documents-not_printable = Chưa in được văn bản: { $cause }
refused-access-origin = Yêu cầu đến từ một trang khác nên không được thực hiện. Mở lại trang và thử lại.
refused-access-bad_key = Mã Idempotency-Key phải là chữ, số không dấu, không dấu cách, tối đa { $max } ký tự; chưa thực hiện gì. Đặt mã khác rồi gửi lại.
refused-access-key_reused = Mã Idempotency-Key này đã dùng cho một yêu cầu khác; chưa thực hiện gì. Gửi lại với mã mới.
refused-web-too_large = Nội dung gửi lên quá lớn, chưa lưu gì.
refused-web-too_many_fields = Biểu mẫu có quá nhiều mục (nhiều nhất { $max }), chưa lưu gì.
refused-web-address_too_long = Địa chỉ quá dài. Mở lại trang từ trang chủ.
refused-web-headers_too_large = Trình duyệt gửi kèm quá nhiều thông tin. Xóa cookie của trang này rồi thử lại.
refused-web-too_slow = Đường truyền quá chậm nên máy chủ không đợi thêm, chưa lưu gì. Thử lại khi đường truyền tốt hơn.
refused-web-cut_off = Nội dung gửi lên bị ngắt giữa chừng, chưa lưu gì. Gửi lại.
refused-evidence-no_room = Máy chủ sắp hết chỗ lưu nên tạm không nhận tệp, chưa lưu gì. Phiếu vẫn điền và nộp được. Báo người quản trị.
refused-evidence-no_file = Chưa chọn tệp.
refused-evidence-bad_date = Ngày của văn bản không đúng: { $value }. Nhập ngày/tháng/năm, ví dụ 05/11/2023. Chưa lưu gì.
refused-evidence-cut_off = Tệp gửi lên bị ngắt giữa chừng, chưa lưu gì. Gửi lại.
refused-dossiers-verdict_missing = Chọn đồng ý, sửa hoặc trả lại.
refused-dossiers-appraised_since = Trong lúc chờ, người khác đã thẩm định tiêu chí này. Nội dung vừa nhập chưa lưu; xem kết quả hiện tại, bấm ghi lần nữa để thay.
refused-recognition-several_cycles = Một quyết định chỉ gồm hồ sơ của một kỳ.
refused-recognition-not_competent = { $unit } thuộc thẩm quyền công nhận của cơ quan khác.
refused-recognition-no_title_chosen = Chọn ít nhất một đơn vị.
refused-recognition-no_title = { $unit }: không có danh hiệu để đình chỉ, khôi phục hay thu hồi.
refused-recognition-measure_missing = Chọn biện pháp: tạm đình chỉ, khôi phục hoặc thu hồi.
refused-recognition-measure_unfit = { $unit }: { $status ->
    [suspended] danh hiệu đang tạm đình chỉ; chỉ khôi phục hoặc thu hồi được.
    [revoked] danh hiệu đã thu hồi; chỉ khôi phục được.
   *[in_force] danh hiệu còn hiệu lực; chỉ tạm đình chỉ hoặc thu hồi được.
}
refused-recognition-reason_missing = Nhập lý do; lý do được công khai trên trang xác minh.
refused-recognition-reason_too_long = Lý do dài quá { $max } ký tự; rút gọn lại.
refused-recognition-bad_effective = Ngày có hiệu lực không đúng: { $value }. Nhập ngày/tháng/năm, ví dụ 05/11/2023.
refused-recognition-effective_too_early = Ngày có hiệu lực không được trước { $day }, ngày danh hiệu được trao hoặc ngày quyết định trước đó có hiệu lực.
refused-recognition-signed_later = Ngày ký { $day } chưa đến; lưu quyết định sau khi ký.
refused-recognition-effective_later = Ngày có hiệu lực { $day } chưa đến; lưu quyết định khi quyết định có hiệu lực.
refused-recognition-signed_before_title = Ngày ký không được trước { $day }, ngày ký quyết định công nhận hoặc quyết định gần nhất về danh hiệu này.
refused-recognition-no_successor = Đơn vị đã công nhận không còn và không có đơn vị nào kế thừa toàn bộ hoặc phần còn lại, nên chưa rõ ai có thẩm quyền.
refused-programmes-unknown_parameter = Bộ tiêu chí không có con số “{ $key }”.
refused-programmes-bad_value = “{ $value }” không dùng được ở đây; ví dụ: { $wanted }.
refused-audit-bad_sizes = Số mục của bản trước phải từ 1 và không lớn hơn bản sau.
refused-cycles-bad_year = Năm phải từ { $from } đến { $until }.
refused-cycles-no_version = Chưa có phiên bản nào của bộ tiêu chí này có hiệu lực trong năm { $year }.
refused-cycles-exists = Bộ tiêu chí này đã có kỳ năm { $year }.
refused-cycles-not_at_the_top = Kỳ do cấp trên mở: { $unit }.
refused-jobs-not_open = Công việc này đã kết thúc hoặc đã dừng.
refused-jobs-not_stopped = Công việc này đang chạy hoặc đã xong, không cần chạy tiếp.
refused-evidence-upload_malformed = Yêu cầu gửi tệp không đúng ở “{ $header }”, chưa lưu gì. Tải lại trang rồi gửi lại.
refused-evidence-upload_version = Trang này gửi tệp theo phiên bản khác với máy chủ, chưa lưu gì. Tải lại trang rồi gửi lại.
refused-evidence-upload_media = Phần tệp gửi lên không đúng loại nội dung, chưa lưu gì. Tải lại trang rồi gửi lại.
refused-evidence-wrong_offset = Máy chủ đã có { $bytes } byte của tệp này; gửi tiếp từ đó.
refused-evidence-in_use = Tệp này đang được gửi ở nơi khác. Đợi một lát rồi thử lại.
refused-evidence-checksum = Phần vừa đến khác phần đã gửi (SHA-256 không khớp), đã bỏ. Gửi lại phần đó.
refused-evidence-changed = Tệp đến nơi khác tệp đã gửi (SHA-256 không khớp), chưa lưu gì. Gửi lại.
refused-imports-unreadable = Không dùng được tệp, chưa ghi gì: { $why }
refused-imports-gone = Tệp này không còn ở đây. Hãy chọn lại tệp.
refused-imports-empty = Tệp không có bảng nào. Hãy chọn tệp khác.
refused-imports-no_unit = Chưa có cột nào là “Đơn vị”. Chọn cột ghi tên đơn vị.
refused-imports-no_figure = Chưa có cột nào là số liệu. Chọn ít nhất một cột số liệu.
refused-imports-answer_twice = Cột “{ $first }” và cột “{ $second }” cùng chọn một mục. Giữ một cột, cột kia để “Bỏ qua”.
refused-imports-title_twice = Còn cột khác cùng tiêu đề “{ $title }” nên không phân biệt được. Đổi tiêu đề trong tệp rồi chọn lại tệp.
refused-imports-mistakes = Chưa ghi gì: { $count } hàng có lỗi. Số liệu có thể vừa thay đổi; xem lại bên dưới.
refused-imports-nothing_new = Không có gì mới để ghi.
refused-imports-no_mistakes = Không có hàng lỗi nào, hoặc lỗi thuộc cả bảng; xem trang kiểm tra.
refused-imports-taken_back = Lần nhập này đã được hoàn tác.
refused-imports-built_on = Không hoàn tác được: đã có hồ sơ dựa trên lần nhập này.
refused-imports-nothing_back = Không hoàn tác được mục nào: { $kept } mục đã sửa hoặc đã nộp sau đó.
refused-imports-too_many_units = Địa bàn có { $units } hồ sơ trong kỳ này, mỗi biểu không quá { $max }.
refused-imports-none_open = Không còn hồ sơ nào của địa bàn đang nhập trong kỳ này.
refused-imports-multiple = Cột “{ $title }” tính theo nghìn hoặc triệu, còn mục này cần số đủ. Ghi số đủ, sửa tiêu đề trong tệp rồi chọn lại tệp.
refused-imports-checked_otherwise = Cột đã được chọn lại sau lần kiểm tra này, nên chưa ghi gì. Xem kết quả kiểm tra mới.
refused-imports-words_and_marks = Cột “{ $title }” ghi bằng chữ, còn cột khác đánh dấu x cho cùng mục. Giữ một cách, cột kia để “Bỏ qua”.
